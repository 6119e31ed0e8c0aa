package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that never wraps: whoever stands before a small screen still sees what matters. */
class WidthTableTest {

  private final WidthTable table =
      new WidthTable()
          .column("MACHINE", 0, false)
          .column("STATUS", 0, false)
          .column("FOR", 0, true)
          .column("RECIPE", 3, false)
          .column("EMPTY", 2, false)
          .column("NOTE", 1, false);

  private void rows() {
    table.row();
    table.cell("PRESS-01").cell("error", Paint.BAD).cell("3m 2s").cell("R42").cell(null);
    table.cell("hydraulics: oil pressure is too low, and has been so for a while");
    table.row();
    table.cell("OVEN-01").cell("idle").cell("7s").cell(null).cell(null).cell(null);
  }

  @Test
  void whatMattersLeastIsLeftOutAndTheLastColumnIsCut() {
    rows();
    assertEquals(
        List.of(
            "MACHINE   STATUS    FOR  RECIPE  NOTE",
            "PRESS-01  error   3m 2s  R42     hydraulics: oil pressure is too low, and has been so"
                + " for a while",
            "OVEN-01   idle       7s  -       -"),
        table.lines(200, false));
    assertEquals(
        List.of(
            "MACHINE   STATUS    FOR  NOTE",
            "PRESS-01  error   3m 2s  hydraulics: oi…",
            "OVEN-01   idle       7s  -"),
        table.lines(40, false));
    for (int width = 20; width < 120; width++) {
      int limit = width;
      assertTrue(
          table.lines(width, false).stream().allMatch(line -> line.length() <= limit),
          "never wider than " + width);
    }
  }

  /** A colour takes no room, and a line that is cut leaves none behind. */
  @Test
  void coloursDoNotMoveAnything() {
    rows();
    for (int width = 20; width < 120; width++) {
      List<String> plain = table.lines(width, false);
      List<String> painted = table.lines(width, true);
      assertEquals(plain, painted.stream().map(line -> Paint.off(line).stripTrailing()).toList());
    }
    assertTrue(table.lines(80, true).get(1).contains("\033[1;31merror\033[0m "));
  }

  /** Whoever may write a row must not be able to write to a technician's terminal. */
  @Test
  void whatATerminalWouldObeyIsNotPassedOn() {
    table.row();
    table.cell("A\033[2J").cell("idle\r\n").cell("1s").cell(null).cell(null).cell("\u009b1m\u0007");
    String shown = String.join("\n", table.lines(80, false).subList(1, 2));
    assertFalse(shown.chars().anyMatch(Character::isISOControl), shown);
  }
}
