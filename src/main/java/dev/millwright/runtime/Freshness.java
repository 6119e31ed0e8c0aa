package dev.millwright.runtime;

import java.time.Duration;

/**
 * How old what is known of a machine's state is (I4), by the clock that nobody sets: all moments
 * are on the monotonic clock, in nanoseconds. Not safe for use by several threads.
 */
final class Freshness {

  private final Duration staleAfter;
  private long lastGood;
  private boolean everGood;

  /**
   * A machine that never answers is as silent as one that has fallen silent at the start.
   *
   * @param lastGood when good data was read last, or else the start
   * @param everGood whether it ever was
   */
  Freshness(Duration staleAfter, long lastGood, boolean everGood) {
    this.staleAfter = staleAfter;
    this.lastGood = lastGood;
    this.everGood = everGood;
  }

  /** Whether there was good data since the start. */
  boolean everGood() {
    return everGood;
  }

  /** When good data was read last, or else the start. */
  long lastGood() {
    return lastGood;
  }

  boolean isStale(long now) {
    return now - staleAt() >= 0;
  }

  /** The first moment at which it is stale, unless good data comes before. */
  long staleAt() {
    return lastGood + staleAfter.toNanos() + 1;
  }

  /** Good data has come that was read then. It never makes what is known older than it was. */
  void good(long read) {
    lastGood = everGood && read - lastGood < 0 ? lastGood : read;
    everGood = true;
  }

  /** How stale, in words. */
  String words(long now) {
    return (everGood ? "no good data for " : "no good data since the start, for ")
        + Duration.ofNanos(now - lastGood).toMillis()
        + " ms (stale_after is "
        + staleAfter.toMillis()
        + " ms)";
  }
}
