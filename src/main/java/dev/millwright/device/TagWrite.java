package dev.millwright.device;

import java.util.Objects;

/**
 * A value that is to be written to a tag.
 *
 * @param tag the tag's name
 * @param value a {@link Boolean}, a {@link Long}, a finite {@link Double}, or a {@link String} of
 *     at most {@value #MAX_CHARACTERS} characters without control characters
 */
public record TagWrite(String tag, Object value) {

  /** More than a recipe, a batch or a word of command has. */
  public static final int MAX_CHARACTERS = 1_000;

  public TagWrite {
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(value, "value");
    TagValue.checkType(value);
    if (value instanceof Double number && !Double.isFinite(number)) {
      throw new IllegalArgumentException(tag + ": " + value + " is not a number");
    }
    if (value instanceof String text) {
      checkText(tag, text);
    }
  }

  private static void checkText(String tag, String text) {
    if (text.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          tag + ": the text has " + text.length() + " characters, more than " + MAX_CHARACTERS);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          tag + ": the text \"" + text.replaceAll("\\p{Cntrl}", "?") + "\" has control characters");
    }
  }

  /** Tag and value as they stand in a file: {@code recipe = "R42"}. */
  @Override
  public String toString() {
    return tag + " = " + (value instanceof String ? "\"" + value + "\"" : value);
  }
}
