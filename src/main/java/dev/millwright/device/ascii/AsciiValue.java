package dev.millwright.device.ascii;

import dev.millwright.device.TagValue;
import java.util.regex.Pattern;

/**
 * Turns captured text into a value: a {@link Long} or {@link Double} where the text is such a
 * number, else a {@link String} without the spaces around it.
 *
 * <p>A number with leading zeros stays text: recipe {@code 007} must not become 7, and what is lost
 * cannot be found again, whereas a pattern such as {@code COUNT=0*(\d+)} drops zeros that mean
 * nothing. An exponent makes a number only after a decimal point, as recipe {@code 1E5} is a name.
 */
final class AsciiValue {

  private static final Pattern INTEGER = Pattern.compile("[+-]?(?:0|[1-9]\\d{0,18})");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(?:0|[1-9]\\d{0,30})\\.\\d{1,30}(?:[eE][+-]?\\d{1,3})?");

  private AsciiValue() {}

  static TagValue of(String captured) {
    return TagValue.good(parse(captured.strip()), null);
  }

  private static Object parse(String text) {
    if (INTEGER.matcher(text).matches()) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return text; // beyond 64 bits: an identity, not a quantity
      }
    }
    if (DECIMAL.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : text;
    }
    return text;
  }
}
