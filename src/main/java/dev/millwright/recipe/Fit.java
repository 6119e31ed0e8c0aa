package dev.millwright.recipe;

import dev.millwright.settings.Similar;
import java.util.Map;

/** Judges whether a machine's tags take and show what a recipe writes and waits for. */
final class Fit {

  private final Map<String, TagKind> tags;
  private final Resolver resolver;

  /**
   * @param tags the machine's; null when no machine is meant, and all fit
   */
  Fit(Map<String, TagKind> tags, Resolver resolver) {
    this.tags = tags;
    this.resolver = resolver;
  }

  /** Whether there is such a tag; that there is none is reported. */
  boolean isThere(String tag, String key) {
    return tags == null || kind(tag, key) != null;
  }

  /** The value to write to a tag; null when nobody knows it yet, or it is reported not to fit. */
  Object written(String tag, Operand operand, String key) {
    Parameter.Type type = plain(operand, key);
    TagKind kind = kind(tag, key);
    if (kind != null && !kind.writable()) {
      resolver.problem(key, "tag \"" + tag + "\" is only read, never written");
      return null;
    }
    Object value = type == null ? null : suited(tag, kind, type, operand, key);
    if (value instanceof Boolean flag && !flag && kind != null && kind.min() != null) {
      resolver.problem(key, "tag \"" + tag + "\" can only be written as true");
    }
    return value;
  }

  /**
   * How the machine ends a pulse of a tag by itself; null where it does not.
   *
   * @param off the tag's value then; null when nobody knows it yet
   * @param time how long the pulse lasts, ns; 0 when nobody knows it yet
   */
  Work.Timed timed(String tag, Object off, long time, String key) {
    TagKind kind = tags == null ? null : tags.get(tag);
    TagKind.Timed how = kind == null ? null : kind.timed();
    if (how == null) {
      return null;
    }
    long unit = how.unit().toNanos();
    boolean whole = time % unit == 0;
    TagKind takes = tags.get(how.duration());
    double count = (double) time / unit;
    String its = "tag \"" + how.duration() + "\", by which the machine ends the pulse, ";
    if (!whole && (takes == null || takes.type() != TagKind.Type.REAL)) {
      resolver.problem(
          key, Words.nanos(time) + ": " + its + "takes whole numbers of " + Words.nanos(unit));
    } else if (time > 0 && takes != null && !isWithin(takes, count)) {
      resolver.problem(
          key,
          Words.number(count)
              + " does not suit: "
              + its
              + "is "
              + Words.range(takes.min(), takes.max(), takes.unit()));
    }
    Object value = whole ? (Object) (time / unit) : (Object) count;
    return new Work.Timed(
        new Work.Assignment(how.duration(), value),
        new Criterion(tag, null, null, off, null),
        how.within().toNanos());
  }

  private static boolean isWithin(TagKind kind, double size) {
    return (kind.min() == null || size >= kind.min()) && (kind.max() == null || size <= kind.max());
  }

  /** A condition with its values; null when nobody knows them, or they are reported not to fit. */
  Criterion shown(Condition condition, String where) {
    String tag = condition.tag();
    TagKind kind = kind(tag, where + "tag");
    if (kind != null && !kind.readable()) {
      resolver.problem(where + "tag", "tag \"" + tag + "\" is only written, so it shows nothing");
    }
    String unit = kind == null ? null : kind.unit();
    if (condition.equal() != null) {
      Parameter.Type type = plain(condition.equal(), where + "equals");
      Object value =
          type == null ? null : suited(tag, kind, type, condition.equal(), where + "equals");
      return value == null ? null : new Criterion(tag, null, null, value, unit);
    }
    Double min = resolver.number(condition.min(), where + "min");
    Double max = resolver.number(condition.max(), where + "max");
    if (kind != null && (kind.type() == TagKind.Type.BOOLEAN || kind.type() == TagKind.Type.TEXT)) {
      resolver.problem(
          where + "tag",
          "tag \""
              + tag
              + "\" shows no number but a "
              + Resolver.word(kind.type())
              + "; use equals");
    }
    if (min != null && max != null && min > max) {
      resolver.problem(
          where + "min", Words.number(min) + " is more than max, " + Words.number(max));
    }
    reachable(tag, kind, min, max, where);
    return new Criterion(tag, min, max, null, unit);
  }

  private void reachable(String tag, TagKind kind, Double min, Double max, String where) {
    boolean over = kind != null && min != null && kind.max() != null && min > kind.max();
    boolean under = kind != null && max != null && kind.min() != null && max < kind.min();
    if (over || under) {
      resolver.problem(
          where + (over ? "min" : "max"),
          Words.number(over ? min : max) + " can never be reached: " + range(tag, kind));
    }
  }

  /** The type of what a tag can have. */
  private Parameter.Type plain(Operand operand, String key) {
    Parameter.Type type = resolver.type(operand, key);
    if (type == Parameter.Type.DURATION) {
      resolver.problem(key, "a tag has no times; found " + resolver.found(operand));
      return null;
    }
    return type;
  }

  private TagKind kind(String tag, String key) {
    if (tags == null) {
      return null;
    }
    TagKind kind = tags.get(tag);
    if (kind == null) {
      resolver.problem(
          key, "the machine has no tag \"" + tag + "\"" + Similar.hint(tag, tags.keySet()));
    }
    return kind;
  }

  private Object suited(
      String tag, TagKind kind, Parameter.Type type, Operand operand, String key) {
    if (kind != null && !suits(kind.type(), type)) {
      resolver.problem(
          key,
          "tag \""
              + tag
              + "\" is of type "
              + Resolver.word(kind.type())
              + ", which does not suit "
              + resolver.found(operand));
      return null;
    }
    Object value = resolver.value(operand);
    if (kind != null && value instanceof Number number) {
      double size = number.doubleValue();
      if (!isWithin(kind, size)) {
        resolver.problem(key, Words.value(value) + " does not suit: " + range(tag, kind));
        return null;
      }
    }
    return value;
  }

  private static boolean suits(TagKind.Type tag, Parameter.Type value) {
    if (tag == null) {
      return true;
    }
    return switch (tag) {
      case BOOLEAN -> value == Parameter.Type.BOOLEAN;
      case INTEGER -> value == Parameter.Type.INTEGER;
      case REAL -> value == Parameter.Type.INTEGER || value == Parameter.Type.REAL;
      case TEXT -> value == Parameter.Type.TEXT;
    };
  }

  private static String range(String tag, TagKind kind) {
    return "tag \"" + tag + "\" is " + Words.range(kind.min(), kind.max(), kind.unit());
  }
}
