package dev.millwright.runtime;

import java.time.Duration;

/**
 * How old what is known of a machine's state is (I4), by the clock that nobody sets. Not safe for
 * use by several threads.
 */
final class Freshness {

  private final TimeSource time;
  private final Duration staleAfter;
  private long lastGood;
  private boolean everGood;

  /** A machine that never answers is as silent as one that has fallen silent now. */
  Freshness(TimeSource time, Duration staleAfter) {
    this.time = time;
    this.staleAfter = staleAfter;
    this.lastGood = time.nanos();
  }

  /** Whether there was good data since the start. */
  boolean everGood() {
    return everGood;
  }

  boolean isStale() {
    return time.nanos() - lastGood > staleAfter.toNanos();
  }

  /**
   * Good data has come. It never makes what is known older than it was.
   *
   * @param read when the state in it was read, on the monotonic clock
   */
  void good(long read) {
    lastGood = everGood && read - lastGood < 0 ? lastGood : read;
    everGood = true;
  }

  /** How stale, in words. */
  @Override
  public String toString() {
    return (everGood ? "no good data for " : "no good data since the start, for ")
        + Duration.ofNanos(time.nanos() - lastGood).toMillis()
        + " ms (stale_after is "
        + staleAfter.toMillis()
        + " ms)";
  }
}
