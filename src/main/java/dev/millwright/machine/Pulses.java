package dev.millwright.machine;

import java.time.Duration;
import java.util.Objects;

/**
 * How exact the pulses of a run were. The overrun of a pulse is how much later than due its end was
 * confirmed.
 *
 * @param count how many there were, 1 or more
 * @param worst the longest overrun
 * @param p999 what 99.9 % of them did not exceed
 */
public record Pulses(long count, Duration worst, Duration p999) {

  public Pulses {
    if (count < 1) {
      throw new IllegalArgumentException("pulses: " + count + " is less than 1");
    }
    Objects.requireNonNull(worst, "worst");
    Objects.requireNonNull(p999, "p999");
  }
}
