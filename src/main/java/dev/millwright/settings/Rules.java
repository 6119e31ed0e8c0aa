package dev.millwright.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects every broken rule of a settings record, so that its constructor tells all of them at
 * once.
 *
 * <pre>{@code
 * new Rules()
 *     .within("baud", baud, 50, 4_000_000)
 *     .require(!port.isEmpty(), "port", "an empty text is not a port")
 *     .check();
 * }</pre>
 */
public final class Rules {

  private final List<String> broken = new ArrayList<>();

  /**
   * Any rule.
   *
   * @param key the key in the file, in snake_case
   * @param complaint the value, the limit and what to do: {@code 12 is not between 50 and 4000000}
   */
  public Rules require(boolean holds, String key, String complaint) {
    if (!holds) {
      broken.add(BrokenRules.line(key + ": " + complaint));
    }
    return this;
  }

  /** The value is not below {@code least} and not above {@code most}; false for NaN. */
  public Rules within(String key, double value, double least, double most) {
    return require(
        value >= least && value <= most,
        key,
        plain(value) + " is not between " + plain(least) + " and " + plain(most));
  }

  /** The time is not below {@code least} and not above {@code most}. A null is left to others. */
  public Rules within(String key, Duration value, Duration least, Duration most) {
    return require(
        value == null || (value.compareTo(least) >= 0 && value.compareTo(most) <= 0),
        key,
        Durations.words(value)
            + " is not between "
            + Durations.words(least)
            + " and "
            + Durations.words(most));
  }

  /** A text of something: not empty, no blanks around it, no control characters. May be null. */
  public Rules name(String key, String value) {
    return require(
        value == null
            || (!value.isEmpty()
                && value.equals(value.strip())
                && value.chars().noneMatch(Character::isISOControl)),
        key,
        "\"" + value + "\" is empty, or has blanks around it or control characters in it");
  }

  /** A check that throws what it has to complain of; it is told with the others. */
  public Rules also(Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      broken.addAll(BrokenRules.of(e));
    }
    return this;
  }

  /**
   * Ends the judgement.
   *
   * @throws BrokenRules when a rule was broken: one line for each
   */
  public void check() {
    if (!broken.isEmpty()) {
      throw new BrokenRules(broken);
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
