package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.device.TagValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The order in which one machine is asked. */
class AskedMachineTest {

  private static final Duration MOMENT = Duration.ofMillis(100);

  private final AskedMachine machine =
      new AskedMachine(
          new AsciiMachine(
              "M",
              Duration.ofSeconds(5),
              MOMENT,
              MOMENT,
              MOMENT,
              "\n",
              List.of(tag("state"), tag("counter"), tag("recipe"))),
          true,
          0);

  private long now;

  private static AsciiTag tag(String name) {
    return new AsciiTag(name, name + "?\r", Pattern.compile(name + "=(\\d+)"));
  }

  /**
   * A counter that is asked before the state is that of an earlier moment: a start would be told as
   * that of the run before (chaos seed 81000487).
   */
  @Test
  void whatFailedIsAskedLastAndThenAllAnewInTheOrderOfTheTags() {
    assertEquals("state counter recipe", reading(Set.of()));
    assertEquals("state", reading(Set.of("state")));
    assertEquals("counter recipe state state counter recipe", reading(Set.of()));
    assertEquals("state counter recipe", reading(Set.of()));
  }

  /** What is behind the others anyway has not been overtaken. */
  @Test
  void whatFailsStaysLastAndSpoilsNothing() {
    assertEquals("state counter recipe", reading(Set.of("counter")));
    assertEquals("state recipe counter", reading(Set.of("counter")));
    assertEquals(Map.of("state", "1", "recipe", "1", "counter", "null"), texts());
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    machine.observation(now).values().forEach((tag, value) -> texts.put(tag, "" + value.text()));
    return texts;
  }

  /** Which tags are asked for in one reading in which some get no answer. */
  private String reading(Set<String> failing) {
    List<String> asked = new ArrayList<>();
    machine.begin(now += 1_000);
    while (machine.asksMore(now) && asked.size() < 20) {
      Exchange exchange = machine.nextExchange();
      String tag = exchange.tags().get(0).name();
      asked.add(tag);
      now += 10;
      if (failing.contains(tag)) {
        machine.failed(exchange, "nothing came", now);
      } else {
        machine.answered(exchange, Map.of(tag, TagValue.good(1L, null)), now - 5, now);
      }
    }
    return String.join(" ", asked);
  }
}
