package dev.millwright.device.opcua;

import dev.millwright.device.TagValue;
import java.util.HashMap;
import java.util.Map;

/**
 * Values that were read and are not as reported: their reports must be under way. Moments are of
 * the monotonic clock.
 */
final class Doubts {

  /**
   * @param read what was read
   * @param until by when its report has to come
   */
  private record Doubt(TagValue read, long until) {}

  private final Map<Point, Doubt> doubts = new HashMap<>();

  /** When the reading was asked that a machine's doubts are of, as long as they prove it. */
  private final Map<String, Long> asked = new HashMap<>();

  /**
   * A value was read that is not as reported, perhaps once more.
   *
   * @return false when the report has not come in time
   */
  boolean raise(Point point, TagValue read, long askedAt, long until) {
    Doubt before = doubts.get(point);
    doubts.put(point, new Doubt(read, before == null ? until : before.until()));
    asked.put(point.machine(), askedAt);
    return before == null || System.nanoTime() - before.until() < 0;
  }

  boolean has(Point point) {
    return doubts.containsKey(point);
  }

  /** The value was read as it is reported. */
  void drop(Point point) {
    doubts.remove(point);
  }

  /** A report has come; if it is not what was read, it is an older one or a newer one. */
  void reported(Sample sample) {
    Doubt doubt = doubts.remove(sample.point());
    if (doubt != null && !doubt.read().equals(sample.value())) {
      asked.remove(sample.point().machine());
    }
  }

  /**
   * After which moment a machine is known to be as it was reported.
   *
   * @param sentAfter when the report cannot have been sent yet
   */
  long provenBy(String machine, long sentAfter) {
    boolean settled = doubts.keySet().stream().noneMatch(point -> point.machine().equals(machine));
    Long read = settled ? asked.remove(machine) : null;
    return read != null && read - sentAfter > 0 ? read : sentAfter;
  }

  /** When the first of the reports has to be there, if that is before this moment. */
  long earliest(long moment) {
    return doubts.values().stream().map(Doubt::until).reduce(moment, (a, b) -> a - b < 0 ? a : b);
  }

  /** All reports have time until this moment at least. */
  void extend(long moment) {
    doubts.replaceAll(
        (point, doubt) ->
            new Doubt(doubt.read(), doubt.until() - moment < 0 ? moment : doubt.until()));
  }

  void clear() {
    doubts.clear();
    asked.clear();
  }
}
