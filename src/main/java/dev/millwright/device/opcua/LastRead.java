package dev.millwright.device.opcua;

import dev.millwright.device.TagValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;

/**
 * One machine's values as they were read last. What the server says again stays the same object,
 * the whole as well: others see by that that nothing has changed, and nothing is made for it.
 *
 * <p>What was said is kept as plain numbers where it can be: it is compared with each answer, and
 * what lies in other objects is in no cache by then.
 */
final class LastRead {

  /** No status code, as those have 32 bits: nothing was said. */
  private static final long NOTHING = -1;

  private final List<Point> points;

  /** Whether the server is asked for it. */
  private final boolean[] isAsked;

  /** The status codes that the server has said; {@link #NOTHING} where it was not asked. */
  private final long[] statuses;

  private final long[] sourceTimes;
  private final Object[] raw;
  private final TagValue[] values;
  private long bytes;
  private Map<String, TagValue> all = Map.of();
  private boolean changed = true;

  /**
   * @param points all of one machine, at least one
   */
  LastRead(List<Point> points) {
    this.points = List.copyOf(points);
    isAsked = new boolean[points.size()];
    statuses = new long[points.size()];
    sourceTimes = new long[points.size()];
    raw = new Object[points.size()];
    values = new TagValue[points.size()];
    Arrays.fill(statuses, NOTHING);
  }

  /** Its serial number. */
  String machine() {
    return points.get(0).machine();
  }

  List<Point> points() {
    return points;
  }

  /** Whether there is a node for that point, so that the server is asked. */
  boolean isAsked(int nth) {
    return isAsked[nth];
  }

  /** There is a node for that point. */
  void found(int nth) {
    isAsked[nth] = true;
  }

  /** The server says this of that point. */
  void said(int nth, DataValue data) {
    long status = data.statusCode().value();
    long sourceTime = Values.ticks(data.sourceTime());
    Object now = data.value().value();
    // The server's own time is another with each answer, and goes into no value.
    if (status != statuses[nth] || sourceTime != sourceTimes[nth] || !isSame(raw[nth], now)) {
      forget(nth);
      statuses[nth] = status;
      sourceTimes[nth] = sourceTime;
      raw[nth] = now;
      bytes += Services.bytes(now);
      set(nth, points.get(nth).value(data));
    }
  }

  /** There is no node for that point, and why. */
  void missing(int nth, String why) {
    isAsked[nth] = false;
    forget(nth);
    TagValue bad = points.get(nth).bad(why);
    if (!bad.equals(values[nth])) {
      set(nth, bad);
    }
  }

  private void forget(int nth) {
    if (statuses[nth] != NOTHING) {
      bytes -= Services.bytes(raw[nth]);
      statuses[nth] = NOTHING;
      raw[nth] = null;
    }
  }

  private void set(int nth, TagValue value) {
    values[nth] = value;
    changed = true;
  }

  /** How many bytes of an answer all that was said takes, about. */
  long bytes() {
    return bytes;
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

  private static boolean isSame(Object before, Object now) {
    return before == now
        || (before != null && (before.equals(now) || Objects.deepEquals(before, now)));
  }
}
