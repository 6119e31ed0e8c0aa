package dev.millwright.runtime;

import java.time.Instant;
import java.util.Objects;

/**
 * One moment on both clocks.
 *
 * @param wall by the host's clock, which may be stepped
 * @param nanos by the monotonic one, in nanoseconds from an arbitrary origin
 */
public record Moment(Instant wall, long nanos) {

  public Moment {
    Objects.requireNonNull(wall, "wall");
  }
}
