package dev.millwright.trace;

import dev.millwright.machine.Transition;
import dev.millwright.runtime.Input;
import dev.millwright.runtime.Snapshot;
import dev.millwright.runtime.Step;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A line of a trace after the first, of one kind: exactly one of the components that are not
 * described as belonging to others is there.
 *
 * @param state deciding begins from this, or goes on from it
 * @param observed an input
 * @param linkDown an input
 * @param failed an input
 * @param stale an input
 * @param left an input
 * @param decided belongs to an input: what was decided upon it; null for nothing
 * @param untaken belongs to an input: whether what was decided could not be kept; null for no
 * @param frame what went over the wire
 * @param lost so many lines before this one were not kept; a state follows
 * @param end why nothing follows
 */
record Line(
    Snapshot state,
    Input.Observed observed,
    Input.LinkDown linkDown,
    Input.Failed failed,
    Input.Stale stale,
    Input.Left left,
    List<Transition> decided,
    Boolean untaken,
    Frame frame,
    Long lost,
    String end) {

  Line {
    long kinds =
        Stream.of(state, observed, linkDown, failed, stale, left, frame, lost, end)
            .filter(Objects::nonNull)
            .count();
    if (kinds != 1) {
      throw new IllegalArgumentException("a line is of one kind, not of " + kinds);
    }
    if (decided != null) {
      decided = List.copyOf(decided);
    }
  }

  static Line of(Snapshot state) {
    return new Line(state, null, null, null, null, null, null, null, null, null, null);
  }

  static Line of(Frame frame) {
    return new Line(null, null, null, null, null, null, null, null, frame, null, null);
  }

  static Line lost(long count) {
    return new Line(null, null, null, null, null, null, null, null, null, count, null);
  }

  static Line end(String why) {
    return new Line(null, null, null, null, null, null, null, null, null, null, why);
  }

  static Line of(Step step) {
    Input input = step.input();
    return new Line(
        null,
        input instanceof Input.Observed observed ? observed : null,
        input instanceof Input.LinkDown down ? down : null,
        input instanceof Input.Failed failed ? failed : null,
        input instanceof Input.Stale stale ? stale : null,
        input instanceof Input.Left left ? left : null,
        step.decided().isEmpty() ? null : step.decided(),
        step.untaken() ? Boolean.TRUE : null,
        null,
        null,
        null);
  }

  /** The input and what was decided upon it; null when this is a line of another kind. */
  Step step() {
    Input input = null;
    for (Input each : new Input[] {observed, linkDown, failed, stale, left}) {
      input = each == null ? input : each;
    }
    return input == null
        ? null
        : new Step(input, decided == null ? List.of() : decided, Boolean.TRUE.equals(untaken));
  }
}
