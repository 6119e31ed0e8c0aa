package dev.millwright.device.opcua;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again what failed for one tag: for ever, at intervals that differ from one link to
 * the next, so that a hundred of them do not ask a restarted server at the same moment (FIELD 2).
 */
final class Retry {

  private final long intervalNanos;
  private final RandomGenerator random;
  private long due;

  Retry(Duration interval, RandomGenerator random) {
    this.intervalNanos = interval.toNanos();
    this.random = random;
    due = System.nanoTime() + next();
  }

  /** True once per interval. */
  boolean isDue() {
    if (System.nanoTime() - due < 0) {
      return false;
    }
    due = System.nanoTime() + next();
    return true;
  }

  /** Half to one and a half of the interval. */
  private long next() {
    return intervalNanos / 2 + random.nextLong(intervalNanos);
  }
}
