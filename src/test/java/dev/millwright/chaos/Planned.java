package dev.millwright.chaos;

import java.util.List;

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

  @Override
  public String toString() {
    return String.format(
        "at %4d ms for %4d ms: %s%s, variant %d",
        startMs, lastMs, fault, target == null ? "" : " " + target, choice);
  }
}
