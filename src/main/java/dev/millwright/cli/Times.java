package dev.millwright.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Times as a person on this host reads them: local, with the offset, which changes twice a year.
 */
final class Times {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSxxx");

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssxxx");

  private Times() {}

  /** To the millisecond; null for null. */
  static String local(Instant instant) {
    return instant == null ? null : MILLIS.format(instant.atZone(ZoneId.systemDefault()));
  }

  /** To the second; null for null. */
  static String localSeconds(Instant instant) {
    return instant == null ? null : SECONDS.format(instant.atZone(ZoneId.systemDefault()));
  }

  /** How long ago, in the two largest units: {@code 3m 20s}; null for null. */
  static String ago(Instant then, Instant now) {
    if (then == null) {
      return null;
    }
    Duration age = Duration.between(then, now);
    // The clocks of two hosts differ by a little; more than that is worth a word.
    if (age.toSeconds() < 0) {
      return "in " + words(age.negated());
    }
    return words(age.isNegative() ? Duration.ZERO : age);
  }

  /** A time that is short more often than not: {@code 0.3s}, else as {@link #words}. */
  static String brief(Duration age) {
    long millis = Math.max(0, age.toMillis());
    return millis < 10_000 ? millis / 1000 + "." + millis % 1000 / 100 + "s" : words(age);
  }

  /** A time in its two largest units. */
  static String words(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + "d " + age.toHoursPart() + "h";
    } else if (age.toHours() > 0) {
      return age.toHours() + "h " + age.toMinutesPart() + "m";
    } else if (age.toMinutes() > 0) {
      return age.toMinutes() + "m " + age.toSecondsPart() + "s";
    }
    return age.toSeconds() + "s";
  }
}
