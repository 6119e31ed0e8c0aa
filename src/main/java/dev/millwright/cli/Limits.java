package dev.millwright.cli;

import dev.millwright.settings.DataSize;
import dev.millwright.settings.Durations;
import java.time.Duration;

/** Limits of options that several commands have. */
final class Limits {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  private Limits() {}

  /** Null is no limit. */
  static void time(String option, Duration time) throws Failure {
    if (time != null && (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0)) {
      throw new Failure(
          Exit.USAGE, option + ": " + Durations.words(time) + " is not between 1s and 365d");
    }
  }

  /** In bytes. */
  static void size(String option, DataSize size, long least, long most) throws Failure {
    if (size.bytes() < least || size.bytes() > most) {
      throw new Failure(
          Exit.USAGE,
          option
              + ": "
              + size
              + " is not between "
              + new DataSize(least)
              + " and "
              + new DataSize(most));
    }
  }

  /** Null is what plant.toml says. */
  static void speed(Double speed) throws Failure {
    if (speed != null && !(speed >= 0.1 && speed <= 100)) {
      throw new Failure(Exit.USAGE, "--speed: " + speed + " is not between 0.1 and 100");
    }
  }
}
