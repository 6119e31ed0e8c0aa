package dev.millwright.device.opcua;

import dev.millwright.device.TagValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;

/**
 * One machine's values as they were read last. What the server says again stays the same object,
 * the whole as well: others see by that that nothing has changed, and nothing is made for it.
 */
final class LastRead {

  private final List<Point> points;

  /** What the server has said; null where it was not asked, or said nothing. */
  private final DataValue[] said;

  private final TagValue[] values;
  private Map<String, TagValue> all = Map.of();
  private boolean changed = true;

  /**
   * @param points all of one machine
   */
  LastRead(List<Point> points) {
    this.points = points;
    this.said = new DataValue[points.size()];
    this.values = new TagValue[points.size()];
  }

  List<Point> points() {
    return points;
  }

  /** The server says this of that point. */
  void said(int nth, DataValue data) {
    if (!isAgain(said[nth], data)) {
      said[nth] = data;
      set(nth, points.get(nth).value(data));
    }
  }

  /** There is no node for that point, and why. */
  void missing(int nth, String why) {
    said[nth] = null;
    TagValue bad = points.get(nth).bad(why);
    if (!bad.equals(values[nth])) {
      set(nth, bad);
    }
  }

  private void set(int nth, TagValue value) {
    values[nth] = value;
    changed = true;
  }

  /** All of them by tag name, when each was read or is missing. */
  Map<String, TagValue> all() {
    if (changed) {
      Map<String, TagValue> now = new HashMap<>();
      for (int i = 0; i < values.length; i++) {
        now.put(points.get(i).tag(), values[i]);
      }
      all = Map.copyOf(now);
      changed = false;
    }
    return all;
  }

  /** The server's own time is another with each answer, and goes into no value. */
  private static boolean isAgain(DataValue before, DataValue now) {
    return before != null
        && before.statusCode().equals(now.statusCode())
        && Objects.equals(before.sourceTime(), now.sourceTime())
        && before.value().equals(now.value());
  }
}
