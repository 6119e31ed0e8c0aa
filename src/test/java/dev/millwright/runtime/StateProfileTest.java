package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.machine.Shown;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The state models of the standards: which state means what, and what follows from walks in them.
 */
class StateProfileTest {

  @RegisterExtension private final Scene scene = new Scene();

  @ParameterizedTest
  @CsvSource({
    "PACKML, 1, Clearing, ERROR",
    "PACKML, 2, Stopped, STOPPED",
    "PACKML, 3, Starting, PROCESSING",
    "PACKML, 4, Idle, IDLE",
    "PACKML, 5, Suspended, PROCESSING",
    "PACKML, 6, Execute, PROCESSING",
    "PACKML, 7, Stopping, STOPPED",
    "PACKML, 8, Aborting, ERROR",
    "PACKML, 9, Aborted, ERROR",
    "PACKML, 10, Holding, PROCESSING",
    "PACKML, 11, Held, PROCESSING",
    "PACKML, 12, Unholding, PROCESSING",
    "PACKML, 13, Suspending, PROCESSING",
    "PACKML, 14, Unsuspending, PROCESSING",
    "PACKML, 15, Resetting, IDLE",
    "PACKML, 16, Completing, PROCESSING",
    "PACKML, 17, Complete, COMPLETE",
    "MACHINERY, 1, OutOfService, ERROR",
    "MACHINERY, 2, NotExecuting, IDLE",
    "MACHINERY, 3, Executing, PROCESSING",
    "ISA95_JOB, 1, NotAllowedToStart, IDLE",
    "ISA95_JOB, 2, AllowedToStart, IDLE",
    "ISA95_JOB, 3, Running, PROCESSING",
    "ISA95_JOB, 4, Interrupted, PROCESSING",
    "ISA95_JOB, 5, Ended, COMPLETE",
    "ISA95_JOB, 6, Aborted, STOPPED"
  })
  void aStateIsKnownByItsNumberAndItsName(
      StateProfile profile, String number, String name, Shown shown) {
    Map<String, Shown> meanings = codes(profile).meanings();
    assertEquals(shown, meanings.get(number));
    assertEquals(shown, meanings.get(name));
  }

  /** And there is no other state. */
  @ParameterizedTest
  @CsvSource({"PACKML, 34", "MACHINERY, 6", "ISA95_JOB, 12"})
  void nothingElseIsKnown(StateProfile profile, int codes) {
    assertEquals(codes, codes(profile).meanings().size());
    assertNull(codes(profile).meanings().get("99"));
  }

  /** A site that counts a held machine as failed says so. */
  @Test
  void whatAFileListsGoesBeforeTheProfile() {
    StateCodes codes =
        new StateCodes(
            "state",
            StateProfile.PACKML,
            List.of(),
            List.of("42"),
            List.of(),
            List.of(),
            List.of("11", "Held"),
            List.of("15"));
    assertEquals(Shown.ERROR, codes.meanings().get("11"));
    assertEquals(Shown.PROCESSING, codes.meanings().get("42"));
    assertEquals(Shown.PROCESSING, codes.meanings().get("6"));
    assertNull(codes.meanings().get("15"));
    assertTrue(codes.isOffline("15"));
    assertFalse(codes.isOffline("Resetting"));
  }

  @Test
  void aRunIsSeenFromStartingToComplete() throws Exception {
    assertEquals("link_found start complete", walk(StateProfile.PACKML, 4, 3, 6, 16, 17, 15, 4));
  }

  /** The product waits; the run goes on. */
  @Test
  void aPauseDoesNotEndTheRun() throws Exception {
    assertEquals(
        "link_found start complete",
        walk(StateProfile.PACKML, 4, 3, 6, 10, 11, 12, 6, 13, 5, 14, 6, 16, 17));
  }

  @Test
  void aRunIsStoppedAndAnotherIsAborted() throws Exception {
    assertEquals(
        "link_found start stop start error reset",
        walk(StateProfile.PACKML, 4, 3, 6, 7, 2, 15, 4, 3, 6, 8, 9, 1, 2));
  }

  /** I4: a stop button is pressed while nothing runs, and no counter tells of a run. */
  @Test
  void whatIsStoppedAtRestHasNotRun() throws Exception {
    assertEquals("link_found", walk(StateProfile.PACKML, 4, 7, 2, 15, 4));
    assertEquals("link_found", walk(StateProfile.PACKML, 2, 15, 4));
  }

  @Test
  void aJobThatIsAbortedBeforeItsStartHasNotRun() throws Exception {
    assertEquals("link_found", walk(StateProfile.ISA95_JOB, 1, 2, 6, 1));
    assertEquals("link_found start stop", walk(StateProfile.ISA95_JOB, 2, 3, 4, 6, 1));
  }

  /** An ended job has run, also where that was not seen: it cannot end otherwise. */
  @Test
  void aJobThatIsEndedHasRun() throws Exception {
    assertEquals("link_found start complete", walk(StateProfile.ISA95_JOB, 2, 5, 1));
  }

  /** MachineryItemState has no state for a completed run. */
  @Test
  void aMachineThatIsNoLongerExecutingHasCompleted() throws Exception {
    assertEquals(
        "link_found start complete error reset", walk(StateProfile.MACHINERY, 2, 3, 2, 1, 2));
  }

  /** I4: a machine that says it is not available is offline. */
  @Test
  void aMachineThatIsNotAvailableGoesOffline() throws Exception {
    MachineMonitor monitor = found(StateProfile.MACHINERY);
    show(monitor, "NotExecuting");
    show(monitor, "NotAvailable");
    scene.pass(Scene.STALE_AFTER);
    show(monitor, "NotAvailable");
    monitor.checkStaleness();
    assertEquals("link_found link_lost", scene.events());
    assertTrue(
        scene
            .pending()
            .get(1)
            .detail()
            .reason()
            .endsWith("\"NotAvailable\": the machine is not available"),
        scene.pending().get(1).detail().reason());
  }

  private static StateCodes codes(StateProfile profile) {
    return new StateCodes(
        "state", profile, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private MachineMonitor found(StateProfile profile) throws Exception {
    scene.confirmAll();
    String name = "M" + scene.now().toEpochMilli();
    MachineMonitor monitor =
        scene.monitor(
            new MachineSettings(
                name,
                false,
                Scene.STALE_AFTER,
                false,
                new LifecycleSettings(codes(profile), null, null, null, null, null, null)));
    monitor.look(Scene.newRow(name));
    return monitor;
  }

  /** The events of a machine without a counter that shows one state after the other. */
  private String walk(StateProfile profile, int... states) throws Exception {
    MachineMonitor monitor = found(profile);
    for (int state : states) {
      // Twice: after a gap it is what repeats itself that is believed.
      show(monitor, (long) state);
      show(monitor, (long) state);
    }
    return scene.events();
  }

  private void show(MachineMonitor monitor, Object state) throws Exception {
    scene.pass(Duration.ofMillis(100));
    monitor.observe(
        new Observation(
            monitor.name(), new HashMap<>(Map.of("state", TagValue.good(state, null)))));
  }
}
