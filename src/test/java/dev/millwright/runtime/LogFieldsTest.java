package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a line is about goes with it to the log's writers. */
class LogFieldsTest {

  @Test
  void aLineAboutAMachineNamesIt() {
    String line = LogLine.of("PRESS-01", "row is idle");
    assertEquals(new LogFields("PRESS-01", "PRESS-01", null, null), LogFields.logged(line));
  }

  @Test
  void aTransitionsLineHasItsEventAndItsRun() {
    UUID process = UUID.randomUUID();
    Transition start =
        new Transition(
            UUID.randomUUID(),
            "start",
            Scene.idle(117),
            new MachineState(118, Status.PROCESSING, process, Scene.START, null),
            new Detail("machine", "R42", null, 17L, 0, null, false));
    String line = LogLine.of("PRESS-01", start, "0", "1");
    assertEquals(new LogFields("PRESS-01", "PRESS-01", "start", process), LogFields.logged(line));
  }

  @Test
  void aPartOfTheDaemonOrALinkOfSeveralIsNoMachine() {
    for (String subject :
        new String[] {"database", "daemon", "reload", "A,B and 1 more", "decide /dev/x"}) {
      assertNull(LogFields.logged(LogLine.of(subject, "words")).machine(), subject);
    }
  }

  /** A library's line, or one that somebody else has made. */
  @Test
  void anotherLineHasNone() {
    String unused = LogLine.of("PRESS-01", "row is idle");
    assertNull(LogFields.logged("connection lost"));
  }
}
