package dev.millwright.journal;

import dev.millwright.machine.Transition;
import java.util.UUID;

/**
 * The end of a machine's decided transitions, on which the next one has to follow.
 *
 * @param machine the serial number
 * @param rowId the row's key
 * @param seq the number of the state at the end
 * @param transitionId the transition that led to it; null when the row never had one
 */
record Tail(String machine, UUID rowId, long seq, UUID transitionId) {

  static Tail of(Known known) {
    return new Tail(known.machine(), known.rowId(), known.state().seq(), known.transitionId());
  }

  /**
   * One transition further.
   *
   * @throws IllegalStateException when it does not follow
   */
  Tail then(Transition transition) {
    if (transition.from().seq() != seq) {
      throw new IllegalStateException(
          machine
              + ": transition "
              + transition.id()
              + " leads on from state_seq "
              + transition.from().seq()
              + ", and the last that is known is "
              + seq);
    }
    return new Tail(machine, rowId, transition.to().seq(), transition.id());
  }

  /**
   * Makes sure that what is claimed to be known is what is here.
   *
   * @throws IllegalStateException when it is not
   */
  void require(Known known) {
    Tail claimed = of(known);
    if (!equals(claimed)) {
      throw new IllegalStateException(
          machine + ": the transitions are at " + this + ", not at " + claimed);
    }
  }
}
