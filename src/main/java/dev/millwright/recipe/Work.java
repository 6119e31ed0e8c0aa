package dev.millwright.recipe;

import java.util.List;

/**
 * A step with its values filled in.
 *
 * @param path where it stands, such as {@code 3.2}; empty for the recipe as a whole
 * @param name what it is called, or what it does where it has no name
 * @param limit how long it may take, ns; {@link Long#MAX_VALUE} for no limit of its own
 * @param onFailure what happens when it fails
 * @param act what it does
 * @param size of it
 */
record Work(String path, String name, long limit, OnFailure onFailure, Act act, Size size) {

  /** What a step does. */
  sealed interface Act {}

  record Assign(List<Assignment> writes) implements Act {}

  /** A value for a tag. */
  record Assignment(String tag, Object value) {}

  /** Times in ns. */
  record Until(Criterion criterion, long hold) implements Act {}

  /**
   * Time in ns.
   *
   * @param timed how the machine ends it by itself; null where it does not
   */
  record Pulse(String tag, Object on, Object off, long time, Timed timed) implements Act {}

  /**
   * How a machine ends a pulse by itself.
   *
   * @param duration is written before it begins
   * @param off what the tag then shows
   * @param within how much later than it should the end may be seen, ns
   */
  record Timed(Assignment duration, Criterion off, long within) {}

  record Wait(long time) implements Act {}

  record Repeat(long times, List<Work> steps) implements Act {}

  /**
   * How much it is; each number stays at {@link Long#MAX_VALUE} where it would be more.
   *
   * @param steps how many steps are done, those of repeats as often as they are repeated
   * @param expected how long it takes when nothing has to be waited for, ns
   * @param longest how long it can take, without the time that writes take, ns
   */
  record Size(long steps, long expected, long longest) {

    static final Size NONE = new Size(0, 0, 0);

    static Size of(long expected, long longest) {
      return new Size(1, expected, longest);
    }

    Size plus(Size other) {
      return new Size(
          sum(steps, other.steps), sum(expected, other.expected), sum(longest, other.longest));
    }

    Size times(long times) {
      return new Size(product(steps, times), product(expected, times), product(longest, times));
    }

    /** The same, begun again so often, and ended by a limit. */
    Size tried(long attempts, long limit) {
      return new Size(steps, expected, product(Math.min(longest, limit), attempts));
    }

    private static long sum(long a, long b) {
      return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long product(long a, long b) {
      return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }
  }
}
