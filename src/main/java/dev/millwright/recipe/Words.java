package dev.millwright.recipe;

import dev.millwright.settings.Durations;
import java.time.Duration;

/** Values as they stand in messages. */
final class Words {

  private static final int SHOWN_CHARACTERS = 60;

  private Words() {}

  /** A value as it stands in a recipe. */
  static String value(Object value) {
    if (value instanceof String text) {
      String line = text.replaceAll("\\p{Cntrl}", "?");
      return '"'
          + (line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…")
          + '"';
    }
    if (value instanceof Duration time) {
      return Durations.words(time);
    }
    return value instanceof Double number ? number(number) : String.valueOf(value);
  }

  /** A number without a fraction that says nothing. */
  static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /** A number and what it counts. */
  static String quantity(double number, String unit) {
    return unit == null ? number(number) : number(number) + " " + unit;
  }

  /** A time in nanoseconds: {@code 12.3 ms}. */
  static String nanos(long nanos) {
    return nanos < 1_000_000_000L
        ? number(Math.round(nanos / 1e5) / 10.0) + " ms"
        : number(Math.round(nanos / 1e8) / 10.0) + " s";
  }

  /** A range whose ends may be open. */
  static String range(Double min, Double max, String unit) {
    String behind = unit == null ? "" : " " + unit;
    if (min == null) {
      return max == null ? "anything" : "at most " + number(max) + behind;
    }
    return max == null
        ? "at least " + number(min) + behind
        : "between " + number(min) + " and " + number(max) + behind;
  }
}
