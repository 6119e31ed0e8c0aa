package dev.millwright.recipe;

/**
 * What a tag has to show: a number in a range, or one value.
 *
 * @param tag the tag's name
 * @param min the lowest number; null for no limit
 * @param max the highest number; null for no limit
 * @param equal the one value; null where a range is given
 */
public record Condition(String tag, Operand min, Operand max, Operand equal) {

  @Override
  public String toString() {
    if (equal != null) {
      return tag + " = " + equal;
    }
    if (min == null) {
      return tag + " ≤ " + max;
    }
    return max == null ? tag + " ≥ " + min : min + " ≤ " + tag + " ≤ " + max;
  }
}
