package dev.millwright.recipe;

import java.time.Duration;

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
 * @param timed how the machine ends a pulse of it by itself; null where it does not
 */
public record TagKind(
    Type type,
    Double min,
    Double max,
    boolean readable,
    boolean writable,
    String unit,
    Timed timed) {

  /**
   * How a machine ends a pulse by itself.
   *
   * @param duration the tag that takes how long it lasts, before it begins
   * @param unit what that tag counts, such as 1 ms
   * @param within how much later than it should the end may be seen
   */
  public record Timed(String duration, Duration unit, Duration within) {}

  /** A tag whose pulses the machine does not end. */
  public TagKind(
      Type type, Double min, Double max, boolean readable, boolean writable, String unit) {
    this(type, min, max, readable, writable, unit, null);
  }

  /** What a value is. A tag of reals takes whole numbers as well. */
  public enum Type {
    BOOLEAN,
    INTEGER,
    REAL,
    TEXT
  }

  /** The same tag, whose pulses the machine ends by itself; null where it does not. */
  public TagKind with(Timed how) {
    return new TagKind(type, min, max, readable, writable, unit, how);
  }

  /** A tag of which nothing is known but what may be done with it. */
  public static TagKind unknown(boolean readable, boolean writable) {
    return new TagKind(null, null, null, readable, writable, null);
  }
}
