package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Command.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driven machine whose journal is lost, and with it the drive's memory: the row is what is left.
 */
class DriveLostJournalTest {

  private static final String[] STEPS = {
    "[[steps]]", "pulse = { tag = \"valve_1\", for = \"10ms\" }",
  };

  @TempDir private Path folder;

  private final Rig.Machine machine = new Rig.Machine();
  private final List<CommandResult> results = new ArrayList<>();

  private Rig rig(Status status, UUID process, Failure failure) throws Exception {
    Instant before = machine.wall.minusSeconds(600);
    MachineState state = new MachineState(118, status, process, before, failure);
    return new Rig(
        folder,
        machine,
        Rig.settings(),
        Scene.row(UUID.randomUUID(), Rig.NAME, state, 57L),
        Rig.recipe(folder, "R42", STEPS));
  }

  /** Its runs are counted on: no number comes twice, and none seems to be missing. */
  @Test
  void runsAreCountedOnFromTheRow() throws Exception {
    try (Rig rig = rig(Status.OFFLINE, null, null)) {
      rig.until("idle", () -> rig.events().equals("link_found"));
      rig.give(Kind.START, "R42", results::add);
      rig.until("its end", () -> !results.isEmpty());
      assertTrue(results.get(0).completed(), results.toString());
      assertEquals("link_found start complete", rig.events());
      Transition start = rig.transitions().get(1);
      assertEquals(58L, start.detail().cycle());
      assertEquals(0, start.detail().missedRuns());
    }
  }

  /** I7: who knows what the run has left on. The row says that there was one. */
  @Test
  void aRunThatTheRowTellsOfIsMadeSafeFirst() throws Exception {
    machine.values.put("valve_1", true);
    try (Rig rig = rig(Status.PROCESSING, UUID.randomUUID(), null)) {
      rig.until("an end", () -> rig.events().equals("error"));
      assertEquals(List.of("valve_1=false", "valve_2=false", "heater=false"), machine.written);
      Transition error = rig.transitions().get(0);
      assertEquals(
          "the daemon ended in the middle of a run; the safe state was written",
          error.to().failure().description());
      assertEquals(57L, error.detail().cycle());
      rig.until("at rest", rig.drive::isAtRest);
      rig.give(Kind.START, "R42", results::add);
      assertTrue(results.get(0).message().startsWith("in error"), results.toString());
    }
  }

  /** The link was lost in the run, then the journal. */
  @Test
  void soIsOneThatTheRowKeepsWhileItIsOffline() throws Exception {
    try (Rig rig = rig(Status.OFFLINE, UUID.randomUUID(), null)) {
      rig.until("an end", () -> rig.events().equals("error"));
      assertTrue(machine.isSafe());
      assertEquals(3, machine.written.size());
    }
  }

  /** An error is not over because nobody remembers it; it was reset by itself. */
  @Test
  void anErrorStaysOneUntilSomebodyResetsIt() throws Exception {
    try (Rig rig = rig(Status.ERROR, null, new Failure(null, "stuck"))) {
      rig.until("safe", () -> machine.written.size() == 3 && rig.drive.isAtRest());
      rig.pass(Duration.ofSeconds(1));
      assertEquals("", rig.events());
      rig.give(Kind.START, "R42", results::add);
      assertEquals("in error (stuck): reset first, then start", results.get(0).message());
      rig.give(Kind.RESET, null, results::add);
      rig.until("reset", () -> rig.events().equals("reset"));
    }
  }

  /** What was taken from the row is on the disk: the next start goes on from there. */
  @Test
  void theNextStartRemembersIt() throws Exception {
    try (Rig rig = rig(Status.ERROR, null, new Failure(null, "stuck"))) {
      rig.until("safe", () -> machine.written.size() == 3 && rig.drive.isAtRest());
      rig.pass(Duration.ofMillis(100));
    }
    try (Rig rig = rig(Status.IDLE, null, null)) {
      rig.pass(Duration.ofSeconds(1));
      assertEquals(3, machine.written.size(), "it is safe already");
      rig.give(Kind.START, "R42", results::add);
      assertEquals("in error (stuck): reset first, then start", results.get(0).message());
    }
  }
}
