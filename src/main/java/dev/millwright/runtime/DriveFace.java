package dev.millwright.runtime;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.journal.DriveRecord;
import dev.millwright.machine.Counted;
import dev.millwright.machine.Shown;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a driven machine shows of itself: tags that its drive adds to those of the machine, so that
 * deciding goes on as with any other machine. They are as old as the last contact with the machine:
 * a drive whose machine nobody reaches knows nothing of it (I4).
 */
public final class DriveFace {

  /** Why it shows nothing before the machine was reached. */
  static final String NO_CONTACT = "no tag of the machine was read well";

  private static final String STATE = "millwright.state";
  private static final String COUNTER = "millwright.counter";
  private static final String RECIPE = "millwright.recipe";
  private static final String BATCH = "millwright.batch";
  private static final String FAULT = "millwright.fault";
  private static final List<String> TAGS = List.of(STATE, COUNTER, RECIPE, BATCH, FAULT);

  private DriveFace() {}

  /** What these tags mean. */
  public static LifecycleSettings lifecycle() {
    return new LifecycleSettings(
        new StateCodes(
            STATE,
            List.of("idle"),
            List.of("processing"),
            List.of("complete"),
            List.of("stopped"),
            List.of("error")),
        RECIPE,
        BATCH,
        FAULT,
        null,
        COUNTER,
        Counted.STARTED);
  }

  /**
   * What the drive shows.
   *
   * @param silent why it shows nothing; null when it does
   * @param age how long ago the machine was last in contact
   */
  static Observation of(DriveRecord drive, String silent, Duration age) {
    return merged(new Observation(drive.machine(), Map.of()), drive, silent, age);
  }

  /** The same together with what the machine shows. */
  static Observation merged(Observation seen, DriveRecord drive, String silent, Duration age) {
    Map<String, TagValue> values = new HashMap<>(seen.values());
    Map<String, Age> ages = new HashMap<>(seen.ages());
    values.putAll(values(drive, silent));
    TAGS.forEach(tag -> ages.put(tag, new Age(age, age)));
    return new Observation(drive.machine(), values, ages);
  }

  /** What the machine was asked for that the drive shows; null when nothing. */
  static Asked asked(DriveRecord drive) {
    return drive.order() == null ? null : new Asked(Set.of(event(drive.shown())), drive.order());
  }

  private static String event(Shown shown) {
    return switch (shown) {
      case IDLE -> "reset";
      case PROCESSING -> "start";
      case COMPLETE -> "complete";
      case STOPPED -> "stop";
      case ERROR -> "error";
    };
  }

  private static Map<String, TagValue> values(DriveRecord drive, String silent) {
    if (silent != null) {
      TagValue bad = TagValue.bad(silent);
      return Map.of(STATE, bad, COUNTER, bad, RECIPE, bad, BATCH, bad, FAULT, bad);
    }
    return Map.of(
        STATE,
        TagValue.good(drive.shown().name().toLowerCase(Locale.ROOT), drive.since()),
        COUNTER,
        TagValue.good(drive.runs(), null),
        RECIPE,
        TagValue.good(text(drive.recipe()), null),
        BATCH,
        TagValue.good(text(drive.batch()), null),
        FAULT,
        TagValue.good(text(drive.fault()), null));
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
