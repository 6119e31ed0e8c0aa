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

  /** Whether the failure stays as it is, so that its component need not be looked up again. */
  public boolean keepsFailure() {
    return to.failure() != null && to.failure().equals(from.failure());
  }
}
