package dev.millwright.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

  /** What a value looks like does not make two complaints of one, nor one of two. */
  @Test
  void eachBrokenRuleIsOneLine() {
    IllegalArgumentException other = new IllegalArgumentException("address: \"a\n\nb\" is none");
    BrokenRules broken =
        assertThrows(
            BrokenRules.class,
            () ->
                new Rules()
                    .within("baud", 1, 50, 100)
                    .name("port", "x\ny")
                    .also(
                        () -> {
                          throw other;
                        })
                    .also(
                        () -> new Rules().require(false, "a", "1").require(false, "b", "2").check())
                    .check());
    String port = "port: \"x?y\" is empty, or has blanks around it or control characters in it";
    assertEquals(
        List.of(
            "baud: 1 is not between 50 and 100", port, "address: \"a??b\" is none", "a: 1", "b: 2"),
        BrokenRules.of(broken));
    assertEquals(List.of("address: \"a??b\" is none"), BrokenRules.of(other));
    assertEquals(List.of("null"), BrokenRules.of(new IllegalArgumentException()));
  }
}
