package dev.millwright.machine;

import java.util.Objects;
import java.util.UUID;

/**
 * A decided change of a machine's state.
 *
 * @param id {@code last_transition_id}: makes the transition recognisable wherever it turns up
 *     again
 * @param event the word for what happened; an event that ends a run after a gap is named for the
 *     end
 * @param from the state before
 * @param to the state after; its number is one more
 * @param detail what else is known
 */
public record Transition(UUID id, String event, MachineState from, MachineState to, Detail detail) {

  private static final String START = new Event.Start().word();

  public Transition {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(detail, "detail");
    if (to.seq() != from.seq() + 1) {
      throw new IllegalArgumentException(
          "a transition counts one on: from " + from.seq() + " to " + to.seq());
    }
  }

  /** The run that the transition concerns: the one that goes on, or has just ended; or null. */
  public UUID processId() {
    return to.processId() != null ? to.processId() : from.processId();
  }

  /** How many runs it accounts for: its own if it starts one, and the missed ones before that. */
  long runs() {
    return isStart() ? 1 + detail.missedRuns() : 0;
  }

  /** Whether it starts a run that has not been told before. */
  boolean isStart() {
    return event.equals(START) && !detail.sameRun();
  }

  /** Whether the failure stays as it is, so that its component need not be looked up again. */
  public boolean keepsFailure() {
    return to.failure() != null && to.failure().equals(from.failure());
  }
}
