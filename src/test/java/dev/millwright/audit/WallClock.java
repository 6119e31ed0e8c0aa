package dev.millwright.audit;

import dev.millwright.audit.Disturbance.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** How far the times that the daemon wrote may be off, as its clock was stepped. */
final class WallClock {

  /** What was read before a step, such as the last contact, goes on to be used for a while. */
  private static final Duration ECHO = Duration.ofSeconds(3);

  private final List<Disturbance> steps;

  WallClock(List<Disturbance> disturbances) {
    this.steps = disturbances.stream().filter(d -> d.is(Kind.CLOCK)).toList();
  }

  /**
   * The most that any of these may be off.
   *
   * @param times as written or as they truly were; nulls are left out
   */
  Duration slack(Instant... times) {
    return steps.stream()
        .filter(d -> Arrays.stream(times).filter(Objects::nonNull).anyMatch(t -> touches(d, t)))
        .map(d -> d.offset().abs().plus(ECHO))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static boolean touches(Disturbance step, Instant time) {
    return step.overlaps(time.minus(ECHO), time.plus(ECHO))
        || step.overlaps(
            time.minus(ECHO).minus(step.offset()), time.plus(ECHO).minus(step.offset()));
  }
}
