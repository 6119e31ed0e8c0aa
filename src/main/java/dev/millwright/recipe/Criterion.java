package dev.millwright.recipe;

/**
 * A condition with its values filled in.
 *
 * @param tag the tag's name
 * @param min the lowest number; null for no limit
 * @param max the highest number; null for no limit
 * @param equal the one value; null where a range is given
 * @param unit what a number counts; null where nobody said
 */
record Criterion(String tag, Double min, Double max, Object equal, String unit) {

  /**
   * Whether a value meets it.
   *
   * @param value null when there is no good one, which never does
   */
  boolean met(Object value) {
    if (equal != null) {
      return value != null && isEqual(value);
    }
    return value instanceof Number number
        && (min == null || number.doubleValue() >= min)
        && (max == null || number.doubleValue() <= max);
  }

  private boolean isEqual(Object value) {
    if (value instanceof Number number) {
      // Over a serial line, true is written and shown as 1.
      return equal instanceof Boolean flag
          ? number.doubleValue() == (flag ? 1 : 0)
          : equal instanceof Number wanted && wanted.doubleValue() == number.doubleValue();
    }
    return value.equals(equal);
  }

  /** What a value is, and what it should be. */
  String complaint(Object value) {
    String is =
        value == null
            ? " shows no good value"
            : " is "
                + (value instanceof Number number
                    ? Words.quantity(number.doubleValue(), unit)
                    : Words.value(value));
    String wanted = equal != null ? Words.value(equal) : Words.range(min, max, unit);
    return tag + is + ", and should be " + wanted;
  }
}
