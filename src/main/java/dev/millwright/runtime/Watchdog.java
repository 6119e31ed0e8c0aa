package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.recipe.TagKind;
import dev.millwright.settings.Durations;

/**
 * Tells a machine's own controller that somebody steps the machine, so that it can go to its safe
 * state by itself when nobody does any more. A truth is toggled; a number is counted up and begins
 * again; where the type is not known, 0 and 1 are written in turn.
 *
 * <p>Moments are on the monotonic clock, in nanoseconds.
 */
final class Watchdog {

  /** What a signed word holds. */
  private static final long HIGHEST = 32_767;

  private final DriveSettings.Watchdog settings;
  private long due;
  private long count;

  Watchdog(DriveSettings.Watchdog settings) {
    this.settings = settings;
  }

  /** A run is under way from now on. */
  void begin(long now) {
    due = now;
  }

  /** When it is to be written next. */
  long due() {
    return due;
  }

  /** What to write now; null when it is not due. */
  TagWrite write(long now, MachineView seen) {
    return now - due < 0
        ? null
        : new TagWrite(settings.tag(), value(seen.kinds().get(settings.tag())));
  }

  private Object value(TagKind kind) {
    count++;
    if (kind != null && kind.type() == TagKind.Type.BOOLEAN) {
      return count % 2 == 1;
    }
    boolean counts = kind != null && kind.type() != null;
    long lowest = counts && kind.min() != null ? (long) Math.ceil(kind.min()) : 0;
    long highest =
        !counts ? 1 : kind.max() == null ? HIGHEST : (long) Math.min(kind.max(), HIGHEST);
    return lowest + count % (highest - lowest + 1);
  }

  /** Why it can no longer be in time; null when it can. */
  String trouble(long now) {
    return now - due <= settings.period().toNanos()
        ? null
        : "the watchdog "
            + settings.tag()
            + " was not written within its period, "
            + Durations.words(settings.period());
  }

  /** What became of it: why that is no good; null when it is. */
  String written(Written written, long now) {
    if (written.outcome() != Written.Outcome.DONE) {
      return "the watchdog " + written.write() + " was not confirmed: " + written.why();
    }
    String late = trouble(now);
    due += settings.period().toNanos();
    return late;
  }
}
