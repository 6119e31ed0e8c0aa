package dev.millwright.device.opcua;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to look again for what failed for one tag: for ever, soon at first and then less often, at
 * moments that differ from one link to the next, so that a hundred of them do not ask a restarted
 * server at the same moment (FIELD 2).
 */
final class Retry {

  private final long firstNanos;
  private final long longestNanos;
  private final RandomGenerator random;
  private long nextNanos;
  private long due;
  private long hastened;

  /**
   * @param first the first interval
   * @param longest the longest one
   */
  Retry(Duration first, Duration longest, RandomGenerator random) {
    this.firstNanos = first.toNanos();
    this.longestNanos = longest.toNanos();
    this.random = random;
    nextNanos = firstNanos;
    long now = System.nanoTime();
    hastened = now - longestNanos;
    due = now + next();
  }

  /** True once per interval. */
  boolean isDue() {
    if (System.nanoTime() - due < 0) {
      return false;
    }
    due = System.nanoTime() + next();
    return true;
  }

  /**
   * Something has failed that had not before: that is looked at soon. What fails again and again is
   * not: at most once in the longest interval.
   */
  void hasten() {
    long now = System.nanoTime();
    if (now - hastened < longestNanos) {
      return;
    }
    hastened = now;
    nextNanos = firstNanos;
    due = now + next();
  }

  /** Half to one and a half of the interval, which then doubles. */
  private long next() {
    long interval = nextNanos;
    nextNanos = Math.min(longestNanos, 2 * interval);
    return interval / 2 + random.nextLong(interval);
  }
}
