package dev.millwright.settings;

import java.util.Objects;

/**
 * What is known of a tag's values before the machine is reached.
 *
 * @param type what they are; null where only the machine knows
 * @param min the lowest number that is written or shown; null for no limit. Of a boolean, 1 says
 *     that it can only be written as true
 * @param max the highest number; null for no limit
 * @param unit what a number counts, for people; null where nobody said
 */
public record ValueKind(Type type, Double min, Double max, String unit) {

  /** What a value is. */
  public enum Type {
    BOOLEAN,
    INTEGER,
    REAL,
    TEXT
  }

  /** A tag's table that says so, or implies it. */
  public interface Stated {

    /** Never null. */
    ValueKind kind();
  }

  /**
   * What a tag's table says.
   *
   * @throws IllegalArgumentException when the keys do not go together, one line for each
   */
  public ValueKind {
    boolean number = type == null || type == Type.INTEGER || type == Type.REAL;
    boolean numbers = number || Objects.equals(min, 1.0);
    new Rules()
        .require(min == null || Double.isFinite(min), "min", "is not a number that can be used")
        .require(max == null || Double.isFinite(max), "max", "is not a number that can be used")
        .require(min == null || numbers, "min", "only a number has a range")
        .require(max == null || number, "max", "only a number has a range")
        .require(unit == null || number, "unit", "only a number has a unit")
        .require(min == null || max == null || min <= max, "min", "is more than max")
        .name("unit", unit)
        .check();
  }

  /** Whether it can only be written as true. */
  public boolean isPulse() {
    return type == Type.BOOLEAN && min != null;
  }

  /** Whether values of both may be booleans, numbers or texts, as far as is known. */
  public boolean isLike(ValueKind other) {
    return type == null || other.type == null || words().equals(other.words());
  }

  /** What its values are, for people. */
  public String words() {
    return type == null
        ? "anything"
        : switch (type) {
          case BOOLEAN -> "true or false";
          case INTEGER, REAL -> "a number";
          case TEXT -> "a text";
        };
  }

  /** The narrower of this range and another; the rest is this one's. */
  public ValueKind within(Double least, Double most) {
    return new ValueKind(
        type,
        least == null || (min != null && min > least) ? min : least,
        most == null || (max != null && max < most) ? max : most,
        unit);
  }
}
