package dev.millwright.store;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.time.Instant;
import java.util.UUID;

/** Transitions as they would be decided, for one machine, each on top of the one before. */
final class Steps {

  static final Detail NOTHING_ELSE = new Detail("machine", null, null, null, 0, null, false);

  final UUID machine;
  private MachineState state;
  private UUID last;
  private Instant time = Instant.parse("2026-11-20T09:00:00.123456Z");

  Steps(Row row) {
    machine = row.id();
    state = row.state();
    last = row.lastTransitionId();
  }

  MachineState state() {
    return state;
  }

  Addressed found() {
    return step("link_found", Status.IDLE, null, null, NOTHING_ELSE);
  }

  Addressed start() {
    return step("start", Status.PROCESSING, UUID.randomUUID(), null, NOTHING_ELSE);
  }

  Addressed complete() {
    return step("complete", Status.IDLE, null, null, NOTHING_ELSE);
  }

  Addressed error(String component, String description) {
    return step("error", Status.ERROR, null, new Failure(component, description), NOTHING_ELSE);
  }

  /** What is known of the run and of the failure is kept. */
  Addressed lost() {
    return step("link_lost", Status.OFFLINE, state.processId(), state.failure(), NOTHING_ELSE);
  }

  Addressed step(String event, Status status, UUID process, Failure failure, Detail detail) {
    time = time.plusMillis(10);
    MachineState to = new MachineState(state.seq() + 1, status, process, time, failure);
    Transition transition = new Transition(UUID.randomUUID(), event, state, to, detail);
    Addressed addressed = new Addressed(machine, last, transition);
    state = to;
    last = transition.id();
    return addressed;
  }
}
