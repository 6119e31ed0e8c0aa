package dev.millwright.runtime;

import java.time.Duration;

/**
 * For how long nothing is decided of a machine after the database has refused a transition for its
 * content: the machine still shows what was refused. Twice as long each time in a row, up to a
 * limit (I8). Not safe for use by several threads.
 */
final class RefusalPause {

  private static final Duration FIRST = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final TimeSource time;
  private Duration length = Duration.ZERO;
  private long since;

  RefusalPause(TimeSource time) {
    this.time = time;
  }

  /**
   * Something was refused.
   *
   * @return how long to hold now
   */
  Duration refused() {
    Duration longer = length.isZero() ? FIRST : length.multipliedBy(2);
    length = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    since = time.nanos();
    return length;
  }

  /** Something was delivered. */
  void end() {
    length = Duration.ZERO;
  }

  boolean lasts() {
    return !length.isZero() && time.nanos() - since < length.toNanos();
  }
}
