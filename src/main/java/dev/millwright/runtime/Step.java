package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import java.util.List;
import java.util.Objects;

/**
 * An input and what was decided upon it.
 *
 * @param input what happened
 * @param decided the transitions, in order; empty when there was nothing to decide, and when
 *     nothing was taken
 * @param untaken whether something was decided that could not be kept, so that it was not
 */
public record Step(Input input, List<Transition> decided, boolean untaken) {

  public Step {
    Objects.requireNonNull(input, "input");
    decided = List.copyOf(decided);
  }
}
