package dev.millwright.device;

import java.time.Duration;

/**
 * How old a value is. It may have waited, in a network or in a port's buffer, while this process or
 * the host stood still; so besides what is likely there is what can be proved.
 *
 * @param likely how old it is when nothing was held up
 * @param atMost how old it can be; not less than {@code likely}
 */
public record Age(Duration likely, Duration atMost) {

  /** Of this moment. */
  public static final Age NONE = exactly(Duration.ZERO);

  public Age {
    if (likely.isNegative() || atMost.compareTo(likely) < 0) {
      throw new IllegalArgumentException("an age is 0 or more: " + likely + ", at most " + atMost);
    }
  }

  /** Known exactly. */
  public static Age exactly(Duration age) {
    return new Age(age, age);
  }

  /** Likely of this moment, though perhaps as old as this. */
  public static Age atMost(Duration age) {
    return new Age(Duration.ZERO, age);
  }
}
