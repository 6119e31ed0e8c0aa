package dev.millwright.recipe;

/**
 * What is known of a machine's tag before the machine is reached.
 *
 * @param type what its values are; null where only the machine knows
 * @param min the lowest number that it takes or shows, in {@code unit}; null for no limit. Of a
 *     boolean, 1 says that it can only be written as true
 * @param max the highest number, likewise
 * @param readable whether it is observed
 * @param writable whether it can be written
 * @param unit what a number counts, such as degC; null where nobody said
 */
public record TagKind(
    Type type, Double min, Double max, boolean readable, boolean writable, String unit) {

  /** What a value is. A tag of reals takes whole numbers as well. */
  public enum Type {
    BOOLEAN,
    INTEGER,
    REAL,
    TEXT
  }

  /** A tag of which nothing is known but what may be done with it. */
  public static TagKind unknown(boolean readable, boolean writable) {
    return new TagKind(null, null, null, readable, writable, null);
  }
}
