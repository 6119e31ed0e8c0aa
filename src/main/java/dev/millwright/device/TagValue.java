package dev.millwright.device;

import java.time.Instant;
import java.util.Objects;

/**
 * One tag's value as it was read.
 *
 * @param value a {@link Boolean}, {@link Long}, {@link Double} or {@link String}; null exactly when
 *     the quality is {@link Quality#BAD}
 * @param quality how far the value can be trusted
 * @param sourceTime when the machine says the value came to be; null when it does not say
 * @param why the reason in words when the quality is not {@link Quality#GOOD}, else null
 */
public record TagValue(Object value, Quality quality, Instant sourceTime, String why) {

  public TagValue {
    Objects.requireNonNull(quality, "quality");
    if ((value == null) != (quality == Quality.BAD)) {
      throw new IllegalArgumentException(
          "a value is absent exactly when its quality is BAD: value=" + value + ", " + quality);
    }
    if ((why == null) != (quality == Quality.GOOD)) {
      throw new IllegalArgumentException(
          "a reason is absent exactly when the quality is GOOD: why=" + why + ", " + quality);
    }
    if (value != null) {
      checkType(value);
    }
  }

  /** What is read and what is written is of the same four types. */
  static void checkType(Object value) {
    if (!(value instanceof Boolean
        || value instanceof Long
        || value instanceof Double
        || value instanceof String)) {
      throw new IllegalArgumentException(
          "a value is a Boolean, Long, Double or String, not a " + value.getClass().getName());
    }
  }

  /** A good value; {@code sourceTime} may be null. */
  public static TagValue good(Object value, Instant sourceTime) {
    return new TagValue(value, Quality.GOOD, sourceTime, null);
  }

  /** No value, and why. */
  public static TagValue bad(String why) {
    return new TagValue(null, Quality.BAD, null, why);
  }

  /**
   * The value as text: integral numbers without a fraction, so that {@code 3}, {@code 3.0} and
   * {@code "3"} are the same state code. Null for a bad value.
   */
  public String text() {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    return value == null ? null : value.toString().strip();
  }
}
