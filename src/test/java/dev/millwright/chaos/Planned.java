package dev.millwright.chaos;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fault in a schedule.
 *
 * @param target the machine that it is done to; null where it is not about one
 * @param choice among the fault's variants
 * @param startMs when it begins
 * @param lastMs for how long it lasts
 */
record Planned(Fault fault, String target, int choice, int startMs, int lastMs) {

  <T> T pick(List<T> variants) {
    return variants.get(choice % variants.size());
  }

  int endMs() {
    return startMs + lastMs;
  }

  /** What no two faults are done to at the same time. */
  String resource() {
    return fault.scope() + (target == null ? "" : " " + target);
  }

  private static final Pattern TEXT = Pattern.compile("(\\w+)(?::([^/]+))?/(\\d+)@(\\d+)\\+(\\d+)");

  /** Reads what {@link #toString} writes. */
  static Planned parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no fault in a schedule: " + text);
    }
    return new Planned(
        Fault.valueOf(parts.group(1)),
        parts.group(2),
        Integer.parseInt(parts.group(3)),
        Integer.parseInt(parts.group(4)),
        Integer.parseInt(parts.group(5)));
  }

  /** The fault, its target, its variant, when it begins and how long it lasts. */
  @Override
  public String toString() {
    return String.format(
        "%s%s/%d@%d+%d", fault, target == null ? "" : ":" + target, choice, startMs, lastMs);
  }
}
