package dev.millwright.runtime;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: doubling up to a cap, each wait drawn evenly between
 * half of it and all of it, so that a plant full of daemons does not knock in step. It never gives
 * up.
 *
 * <p>Not safe for use by several threads.
 */
final class Backoff {

  private final long firstMillis;
  private final long capMillis;
  private final DoubleSupplier random;
  private long nextMillis;

  /**
   * @param first the longest first wait, at least 1 ms
   * @param cap the longest wait at all, at least {@code first}
   * @param random evenly from 0 (inclusive) to 1 (exclusive)
   */
  Backoff(Duration first, Duration cap, DoubleSupplier random) {
    if (first.toMillis() < 1 || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first: 1 ms at least and " + cap + " at most, not " + first);
    }
    this.firstMillis = first.toMillis();
    this.capMillis = cap.toMillis();
    this.random = random;
    this.nextMillis = firstMillis;
  }

  /** The wait before the next attempt. */
  Duration next() {
    long wait = (long) (nextMillis * (0.5 + random.getAsDouble() / 2));
    nextMillis = Math.min(capMillis, nextMillis * 2);
    return Duration.ofMillis(Math.max(1, wait));
  }

  /** After a success: the next failure is the first again. */
  void reset() {
    nextMillis = firstMillis;
  }
}
