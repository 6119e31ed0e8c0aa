package dev.millwright.machine;

import java.time.Instant;
import java.util.Objects;

/**
 * A machine as good data showed it at one moment.
 *
 * @param shown its state
 * @param cycle its counter of started runs; null where it has none
 * @param recipe the recipe that it names; null where it names none
 * @param batch the batch that it names; null where it names none
 * @param failure what is wrong; present exactly when {@code shown} is {@link Shown#ERROR}
 * @param began when the shown state began by the machine's own clock; null where that is not known
 *     or not to be trusted
 * @param notBefore what it showed before this moment, by the host's clock, it may have shown no
 *     longer when it was read; not after {@code readAt}
 * @param readAt when its state was read, by the same, when nothing was held up on the way
 * @param seenAt when all of it was there, by the same; not before {@code readAt}
 * @param nanos the same moment on the host's monotonic clock, in nanoseconds
 * @param repeated whether the same was seen just before, so that state and counter are of one
 *     moment
 */
public record Sighting(
    Shown shown,
    Long cycle,
    String recipe,
    String batch,
    Failure failure,
    Instant began,
    Instant notBefore,
    Instant readAt,
    Instant seenAt,
    long nanos,
    boolean repeated) {

  public Sighting {
    Objects.requireNonNull(shown, "shown");
    Objects.requireNonNull(notBefore, "notBefore");
    Objects.requireNonNull(readAt, "readAt");
    Objects.requireNonNull(seenAt, "seenAt");
    if ((failure != null) != (shown == Shown.ERROR)) {
      throw new IllegalArgumentException("a failure goes with ERROR, and only with it: " + shown);
    }
  }

  /** The same, seen once more. */
  public Sighting again() {
    return new Sighting(
        shown, cycle, recipe, batch, failure, began, notBefore, readAt, seenAt, nanos, true);
  }

  /** A machine that names no batch, seen in this state for the first time. */
  public Sighting(
      Shown shown,
      Long cycle,
      String recipe,
      Failure failure,
      Instant began,
      Instant notBefore,
      Instant readAt,
      Instant seenAt,
      long nanos) {
    this(shown, cycle, recipe, null, failure, began, notBefore, readAt, seenAt, nanos, false);
  }
}
