package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import java.io.IOException;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a technician reads over ssh. */
class LogLineTest {

  private static final UUID ID = UUID.fromString("0190a3d4-1111-7222-8333-444455556666");

  /** DESIGN 3: the one line of a transition. */
  @Test
  void aStartIsOneLineWithItsRecipeProcessStateAndNumber() {
    Transition start =
        transition(
            "start",
            Scene.idle(117),
            new MachineState(118, Status.PROCESSING, ID, Scene.START, null),
            new Detail("machine", "R42", null, 17L, 0, null, false));
    assertEquals(
        "PRESS-01      idle → processing         start       recipe=R42  process="
            + ID
            + "  cycle=17  (state 0 → 1)  seq=118",
        LogLine.of("PRESS-01", start, "0", "1"));
  }

  @Test
  void aFaultSaysWhatIsWrong() {
    MachineState running = new MachineState(118, Status.PROCESSING, ID, Scene.START, null);
    Failure failure = new Failure("gripper", "part jammed");
    Transition fault =
        transition(
            "error",
            running,
            new MachineState(119, Status.ERROR, null, Scene.START, failure),
            new Detail("machine", "R42", null, 17L, 0, null, false));
    assertTrue(
        LogLine.of("PRESS-01", fault, null, "9")
            .endsWith("  component=gripper  \"part jammed\"  (state ? → 9)  seq=119"));
  }

  /** I4: what was concluded says so, and between which moments, in local time. */
  @Test
  void whatWasNotSeenSaysSo() {
    Window window = new Window(Scene.START, Scene.START.plusSeconds(90));
    Transition found =
        transition(
            "start",
            Scene.idle(3),
            new MachineState(4, Status.PROCESSING, ID, Scene.START, null),
            new Detail("machine", null, "in words", 9L, 2, window, true));
    String line = LogLine.of("PRESS-01", found, "0", "1");
    // Surefire runs in Pacific/Chatham, which is 13:45 ahead of UTC in November.
    assertTrue(
        line.contains(
            "  missed_runs=2  outcome unknown"
                + "  inferred (between 11-20 22:45:00.000 and 11-20 22:46:30.000)  in words  (state"),
        line);
  }

  @Test
  void aLineIsOneLine() {
    assertEquals("database      a b c", LogLine.of("database", "a\n  b\r\nc"));
  }

  @Test
  void causesAreWordsEachOnceAndWithoutAStackTrace() {
    Exception failure =
        new SQLException(
            "The connection attempt failed.\n  Where: line 1",
            new IOException("refused", new IOException("refused", new IllegalStateException())));
    assertEquals("The connection attempt failed. Where: line 1: refused", LogLine.cause(failure));
    assertEquals("NullPointerException", LogLine.cause(new NullPointerException()));
    assertEquals("NullPointerException", LogLine.cause(new NullPointerException("  ")));
  }

  /** Chains of causes can be circles, and messages can be megabytes. */
  @Test
  void causesEnd() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);
    assertEquals("a: b", LogLine.cause(a));
    String line = LogLine.cause(new Exception("x".repeat(1_000_000)));
    assertFalse(line.length() > 2_001, "as long as " + line.length());
  }

  private static Transition transition(
      String event, MachineState from, MachineState to, Detail detail) {
    return new Transition(UUID.randomUUID(), event, from, to, detail);
  }
}
