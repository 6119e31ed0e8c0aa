package dev.millwright.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole matrix of DESIGN section 3, every state against every event. */
class LifecycleTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final Instant T1 = T0.plusSeconds(7);
  private static final UUID RUN = UUID.fromString("00000000-0000-7000-8000-000000000001");
  private static final Failure JAM = new Failure("gripper", "part jammed");
  private static final Failure OLD = new Failure("door", "door open");
  private static final Detail DETAIL = new Detail("machine", "R42", null, 17L, 0, null, false);

  private final Lifecycle lifecycle = new Lifecycle(UUID::randomUUID);

  private static final Map<String, MachineState> STATES =
      Map.of(
          "offline", new MachineState(4, Status.OFFLINE, null, T0, null),
          "offline-with-run", new MachineState(4, Status.OFFLINE, RUN, T0, null),
          "offline-failed", new MachineState(4, Status.OFFLINE, null, T0, OLD),
          "idle", new MachineState(4, Status.IDLE, null, T0, null),
          "processing", new MachineState(4, Status.PROCESSING, RUN, T0, null),
          "error", new MachineState(4, Status.ERROR, null, T0, OLD));

  private static final Map<String, Event> EVENTS =
      Map.ofEntries(
          Map.entry("start", new Event.Start()),
          Map.entry("complete", new Event.Complete()),
          Map.entry("stop", new Event.Stop()),
          Map.entry("error", new Event.Fault(JAM)),
          Map.entry("reset", new Event.Reset()),
          Map.entry("link_lost", new Event.LinkLost()),
          Map.entry("found-idle", new Event.LinkFound(Shown.IDLE, null)),
          Map.entry("found-processing", new Event.LinkFound(Shown.PROCESSING, null)),
          Map.entry("found-complete", new Event.LinkFound(Shown.COMPLETE, null)),
          Map.entry("found-stopped", new Event.LinkFound(Shown.STOPPED, null)),
          Map.entry("found-error", new Event.LinkFound(Shown.ERROR, JAM)));

  /** Columns: state, event, then word / new status / process (none, same, new) / failure. */
  @ParameterizedTest(name = "{0} + {1} → {2} {3}, process {4}, failure {5}")
  @CsvSource({
    "offline, error, error, error, none, jam",
    "offline, found-idle, link_found, idle, none, none",
    "offline, found-processing, link_found, processing, new, none",
    "offline, found-complete, link_found, idle, none, none",
    "offline, found-stopped, link_found, idle, none, none",
    "offline, found-error, error, error, none, jam",
    "offline-with-run, error, error, error, none, jam",
    "offline-with-run, found-idle, stop, idle, none, none",
    "offline-with-run, found-processing, link_found, processing, same, none",
    "offline-with-run, found-complete, complete, idle, none, none",
    "offline-with-run, found-stopped, stop, idle, none, none",
    "offline-with-run, found-error, error, error, none, jam",
    "offline-failed, error, error, error, none, jam",
    "offline-failed, found-idle, link_found, idle, none, none",
    "offline-failed, found-processing, link_found, processing, new, none",
    "offline-failed, found-complete, link_found, idle, none, none",
    "offline-failed, found-stopped, link_found, idle, none, none",
    "offline-failed, found-error, error, error, none, jam",
    "idle, start, start, processing, new, none",
    "idle, error, error, error, none, jam",
    "idle, link_lost, link_lost, offline, none, none",
    "processing, complete, complete, idle, none, none",
    "processing, stop, stop, idle, none, none",
    "processing, error, error, error, none, jam",
    "processing, link_lost, link_lost, offline, same, none",
    "error, reset, reset, idle, none, none",
    "error, link_lost, link_lost, offline, none, old",
  })
  void accepts(
      String state, String event, String word, String status, String process, String failure) {
    MachineState now = STATES.get(state);
    Decision decision = decide(state, event);

    Transition t = assertInstanceOf(Decision.Accepted.class, decision).transition();
    assertEquals(word, t.event());
    assertEquals(now, t.from());
    assertEquals(5, t.to().seq());
    assertEquals(Status.of(status), t.to().status());
    assertEquals(T1, t.to().since());
    switch (process) {
      case "none" -> assertNull(t.to().processId());
      case "same" -> assertEquals(RUN, t.to().processId());
      default -> {
        assertNotEquals(null, t.to().processId());
        assertNotEquals(RUN, t.to().processId());
      }
    }
    assertEquals(
        switch (failure) {
          case "none" -> null;
          case "jam" -> JAM;
          default -> OLD;
        },
        t.to().failure());
    assertEquals(failure.equals("old"), t.keepsFailure());
    assertEquals(now.processId() == null ? t.to().processId() : RUN, t.processId());
  }

  @ParameterizedTest(name = "{0} + {1} is refused: {2}")
  @CsvSource({
    "offline, start, state unknown",
    "offline, complete, state unknown",
    "offline, stop, state unknown",
    "offline, reset, state unknown",
    "offline-with-run, start, state unknown",
    "offline-with-run, complete, state unknown",
    "offline-with-run, stop, state unknown",
    "offline-with-run, reset, state unknown",
    "offline-failed, start, state unknown",
    "offline-failed, complete, state unknown",
    "offline-failed, stop, state unknown",
    "offline-failed, reset, state unknown",
    "idle, complete, no run to complete",
    "idle, stop, no run to stop",
    "idle, reset, no run to reset",
    "processing, start, busy with process 00000000-0000-7000-8000-000000000001",
    "processing, reset, no failure to reset",
    "error, start, in error (door open): reset first",
    "error, complete, in error (door open): reset first",
    "error, stop, in error (door open): reset first",
  })
  void refusesWithAReason(String state, String event, String reason) {
    Decision.Refused refused = assertInstanceOf(Decision.Refused.class, decide(state, event));
    assertTrue(refused.reason().contains(reason), refused.reason());
  }

  /** Same state: no write; found without having been lost: nothing new. */
  @Test
  void everyOtherPairIsUnchanged() {
    List<String> found =
        List.of("found-idle", "found-processing", "found-complete", "found-stopped", "found-error");
    for (String state : List.of("idle", "processing", "error")) {
      for (String event : found) {
        assertInstanceOf(Decision.Unchanged.class, decide(state, event), state + " " + event);
      }
    }
    assertInstanceOf(Decision.Unchanged.class, decide("error", "error"));
    for (String state : List.of("offline", "offline-with-run", "offline-failed")) {
      assertInstanceOf(Decision.Unchanged.class, decide(state, "link_lost"));
    }
  }

  /** 6 states × 11 events: 27 accepted, 20 refused, 19 unchanged. None is left out above. */
  @Test
  void theMatrixIsWhole() {
    int accepted = 0;
    int refused = 0;
    int unchanged = 0;
    for (String state : STATES.keySet()) {
      for (String event : EVENTS.keySet()) {
        Decision decision = decide(state, event);
        accepted += decision instanceof Decision.Accepted ? 1 : 0;
        refused += decision instanceof Decision.Refused ? 1 : 0;
        unchanged += decision instanceof Decision.Unchanged ? 1 : 0;
      }
    }
    assertEquals(List.of(27, 20, 19), List.of(accepted, refused, unchanged));
  }

  /** I4: a run that ended out of sight is stopped with an unknown outcome, never completed. */
  @Test
  void aRunFoundGoneHasAnUnknownOutcome() {
    Decision.Accepted accepted = (Decision.Accepted) decide("offline-with-run", "found-idle");
    assertTrue(accepted.transition().detail().outcomeUnknown());
    assertEquals("R42", accepted.transition().detail().recipe());
  }

  /** What the table's CHECKs would refuse cannot be built. */
  @Test
  void impossibleStatesCannotBeMade() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new MachineState(1, Status.PROCESSING, null, T0, null));
    assertThrows(
        IllegalArgumentException.class, () -> new MachineState(1, Status.IDLE, RUN, T0, null));
    assertThrows(
        IllegalArgumentException.class, () -> new MachineState(1, Status.ERROR, null, T0, null));
    assertThrows(
        IllegalArgumentException.class, () -> new MachineState(-1, Status.IDLE, null, T0, null));
    assertThrows(IllegalArgumentException.class, () -> Status.of("RUNNING"));
    assertThrows(IllegalArgumentException.class, () -> new Failure("gripper", " "));
    assertThrows(IllegalArgumentException.class, () -> new Event.LinkFound(Shown.ERROR, null));
  }

  private Decision decide(String state, String event) {
    return lifecycle.decide(STATES.get(state), new Occurrence(EVENTS.get(event), T1, DETAIL));
  }
}
