package dev.millwright.recipe;

import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A value that is given when a recipe is started.
 *
 * @param type what is given
 * @param unit what a number counts; null where nobody said
 * @param min the lowest number, or of a duration its seconds; null for no limit
 * @param max the highest, likewise
 * @param preset the value when none is given; null when one must be
 */
public record Parameter(Type type, String unit, Double min, Double max, Object preset) {

  /** What can be given. A duration is given as text, such as {@code "30s"}. */
  public enum Type {
    BOOLEAN("true or false"),
    INTEGER("a whole number"),
    REAL("a number"),
    TEXT("a text"),
    DURATION("a time such as \"30s\"");

    private final String wanted;

    Type(String wanted) {
      this.wanted = wanted;
    }
  }

  private static final double NANOS = 1e9;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?[0-9]{1,300}(\\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?");

  /**
   * The value of what somebody gave.
   *
   * @param given a {@link Boolean}, {@link Long}, {@link Double} or {@link String}, or what this
   *     returned before
   * @return a {@link Boolean}, {@link Long}, {@link Double}, {@link String} or {@link Duration}
   * @throws IllegalArgumentException when it cannot be that, in words
   */
  public Object value(Object given) {
    Object value = converted(given);
    if (value == null) {
      throw new IllegalArgumentException(
          Words.value(given) + " is not " + type.wanted + ", which is expected");
    }
    Double number = number(value);
    boolean within =
        number == null
            || (Double.isFinite(number)
                && (min == null || number >= min)
                && (max == null || number <= max));
    if (!within) {
      throw new IllegalArgumentException(
          Words.value(given)
              + " is not "
              + (Double.isFinite(number) ? range() : "a number that can be used"));
    }
    return value;
  }

  /**
   * The value of what somebody typed.
   *
   * @throws IllegalArgumentException when it cannot be that, in words
   */
  public Object parse(String text) {
    return value(
        switch (type) {
          case BOOLEAN -> text.equals("true") ? (Object) true : text.equals("false") ? false : text;
          case INTEGER -> text.matches("[+-]?[0-9]{1,18}") ? (Object) Long.valueOf(text) : text;
          case REAL -> NUMBER.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
          default -> text;
        });
  }

  /** The range in words, as in {@code between 20 and 90 degC}. */
  public String range() {
    return Words.range(min, max, type == Type.DURATION ? "s" : unit);
  }

  private Object converted(Object given) {
    return switch (type) {
      case BOOLEAN -> given instanceof Boolean ? given : null;
      case INTEGER -> given instanceof Long ? given : null;
      case REAL -> given instanceof Long whole ? (Double) whole.doubleValue() : real(given);
      case TEXT -> given instanceof String ? given : null;
      case DURATION -> given instanceof String text ? Durations.parse(text) : time(given);
    };
  }

  private static Object real(Object given) {
    return given instanceof Double ? given : null;
  }

  private static Object time(Object given) {
    return given instanceof Duration ? given : null;
  }

  private static Double number(Object value) {
    if (value instanceof Duration time) {
      return time.toNanos() / NANOS;
    }
    return value instanceof Number number ? (Double) number.doubleValue() : null;
  }
}
