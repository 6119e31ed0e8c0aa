package dev.millwright.recipe;

import java.time.Duration;

/**
 * How much later than due pulses were switched off. Takes the same memory however many there are:
 * it counts in classes, each up to a sixteenth wider than the one before.
 */
public final class Overruns {

  /** Classes per doubling, as a power of two. */
  private static final int FINE_BITS = 4;

  private static final int FINE = 1 << FINE_BITS;

  private final long[] counts = new long[FINE * (Long.SIZE - FINE_BITS)];
  private long pulses;
  private long worst;

  /**
   * What is known of them.
   *
   * @param pulses how many were switched off
   * @param worst the largest overrun
   * @param p999 one pulse in a thousand was later than this, at most by a sixteenth too large
   */
  public record Figures(long pulses, Duration worst, Duration p999) {}

  /** Counts one, in ns; what was early counts as in time. */
  void add(long nanos) {
    long late = Math.max(0, nanos);
    pulses++;
    worst = Math.max(worst, late);
    counts[index(late)]++;
  }

  /** What is known so far. */
  public Figures figures() {
    return new Figures(pulses, Duration.ofNanos(worst), Duration.ofNanos(quantile()));
  }

  private long quantile() {
    long above = pulses / 1000;
    for (int i = counts.length - 1; i >= 0; i--) {
      above -= counts[i];
      if (above < 0) {
        return Math.min(worst, highest(i));
      }
    }
    return 0;
  }

  /** The class: the position of the highest bit, and the bits that follow it. */
  private static int index(long nanos) {
    if (nanos < FINE) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - FINE_BITS;
    return FINE * (shift + 1) + (int) (nanos >> shift) - FINE;
  }

  /** The highest number of a class. */
  private static long highest(int index) {
    if (index < FINE) {
      return index;
    }
    int shift = index / FINE - 1;
    return ((long) (index % FINE + FINE + 1) << shift) - 1;
  }
}
