package dev.millwright.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them in files and on the command line: {@code 250ms}, {@code 5s}. */
public final class Durations {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private Durations() {}

  /**
   * Reads a time.
   *
   * @return the time; null when the text is none
   * @throws IllegalArgumentException when it is longer than a hundred years: its milliseconds and
   *     nanoseconds have to fit a long wherever it is used
   */
  public static Duration parse(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return null;
    }
    Duration unit = UNITS.get(time.group(2)).getDuration();
    long number = Long.parseLong(time.group(1));
    if (number > LONGEST.dividedBy(unit)) {
      throw new IllegalArgumentException("\"" + text + "\" is longer than a hundred years");
    }
    return unit.multipliedBy(number);
  }

  /** A time as it stands in a file: {@code 250ms}, {@code 5s}, {@code 24h}. */
  public static String words(Duration duration) {
    if (duration == null) {
      return "nothing";
    }
    long millis = duration.toMillis();
    if (millis == 0 || millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
