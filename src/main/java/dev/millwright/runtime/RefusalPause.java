package dev.millwright.runtime;

import java.time.Duration;

/**
 * For how long nothing is decided of a machine after the database has refused a transition for its
 * content: the machine still shows what was refused. Twice as long each time in a row, up to a
 * limit (I8). Begun and ended by one thread, and asked for by any.
 */
final class RefusalPause {

  private static final Duration FIRST = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final TimeSource time;
  private volatile Duration length = Duration.ZERO;

  /** Written before the length, by which others see it. */
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
    Duration pause = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    since = time.nanos();
    length = pause;
    return pause;
  }

  /** Something was delivered. */
  void end() {
    length = Duration.ZERO;
  }

  boolean lasts() {
    Duration now = length;
    return !now.isZero() && time.nanos() - since < now.toNanos();
  }
}
