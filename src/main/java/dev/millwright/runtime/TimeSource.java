package dev.millwright.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks: the wall's dates things and may be stepped; the monotonic one measures how long
 * something took and never goes back.
 *
 * @param wall the host's clock
 * @param monotonic nanoseconds from an arbitrary origin
 */
public record TimeSource(InstantSource wall, LongSupplier monotonic) {

  /** The host's own clocks. */
  public static TimeSource system() {
    return new TimeSource(InstantSource.system(), System::nanoTime);
  }

  Instant now() {
    return wall.instant();
  }

  /** Now on both, as one. */
  public Moment moment() {
    return new Moment(now(), nanos());
  }

  /**
   * A moment that has passed, on both as the wall's clock is set now.
   *
   * @param nanos the moment on the monotonic clock
   */
  Moment moment(long nanos) {
    return new Moment(now().minusNanos(nanos() - nanos), nanos);
  }

  /** Now on the monotonic clock. */
  public long nanos() {
    return monotonic.getAsLong();
  }
}
