package dev.millwright.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them in files and on the command line: {@code 250ms}, {@code 5s}. */
public final class Durations {

  private static final Pattern TIME = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");

  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private Durations() {}

  /** The time, or null when the text is none. */
  public static Duration parse(String text) {
    Matcher time = TIME.matcher(text);
    return time.matches()
        ? UNITS.get(time.group(2)).getDuration().multipliedBy(Long.parseLong(time.group(1)))
        : null;
  }
}
