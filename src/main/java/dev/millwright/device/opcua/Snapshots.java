package dev.millwright.device.opcua;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What one machine shows, tag by tag, and in which order it came to show it.
 *
 * <p>A server reports each tag's changes as a queue of its own. Merged by time, they give back the
 * machine's whole states: with 1, 3, 0 for the state and 17, 18 for the counter, each state is seen
 * with the counter that it had. The order within one tag is never changed, even if its clock steps.
 *
 * <p>All is as old at most as the latest moment after which the server must have sent it. In what
 * came in one message only the newest is: the rest waited on the server.
 */
final class Snapshots {

  private final String machine;
  private final Map<String, TagValue> shown = new LinkedHashMap<>();

  /** As handed on last. */
  private Map<String, TagValue> told = Map.of();

  /** Of a tag that was read: queued values from before that are late, until one is not. */
  private final Map<String, Instant> floors = new HashMap<>();

  /** All that is known was so after this moment, on the monotonic clock. */
  private long proven;

  /**
   * @param now on the monotonic clock
   */
  Snapshots(String machine, Collection<String> tags, long now) {
    this.machine = machine;
    this.proven = now;
    tags.forEach(tag -> shown.put(tag, TagValue.bad("not read yet")));
  }

  /** What is known now. */
  Observation now() {
    if (!shown.equals(told)) {
      // While nothing changes it is the same map, by which others see that.
      told = Map.copyOf(shown);
    }
    return new Observation(machine, told, since(proven));
  }

  /** How old it is by now what was so after that moment, on the monotonic clock. */
  static Age since(long proven) {
    return Age.atMost(Duration.ofNanos(Math.max(0, System.nanoTime() - proven)));
  }

  /** What is known was so after this moment, on the monotonic clock. */
  void prove(long moment) {
    proven = moment - proven > 0 ? moment : proven;
  }

  /**
   * Forgets what was known: this was read, and older values that are still on their way are not.
   */
  void restart(Map<String, TagValue> read) {
    read.forEach(this::restart);
  }

  private void restart(String tag, TagValue value) {
    shown.put(tag, value);
    if (value.sourceTime() != null) {
      floors.put(tag, value.sourceTime());
    } else {
      floors.remove(tag);
    }
  }

  /**
   * One observation for each moment at which something changed, oldest first.
   *
   * @param sentAfter when the message cannot have been sent yet, on the monotonic clock
   */
  List<Observation> merge(List<Sample> samples, long sentAfter) {
    Map<String, Deque<Sample>> queues = new LinkedHashMap<>();
    for (Sample sample : samples) {
      if (!isLate(sample)) {
        queues.computeIfAbsent(sample.point().tag(), tag -> new ArrayDeque<>()).add(sample);
      }
    }
    List<Observation> seen = new ArrayList<>();
    while (!queues.isEmpty()) {
      if (take(queues, earliest(queues.values()))) {
        seen.add(now());
      }
    }
    prove(sentAfter);
    if (!seen.isEmpty()) {
      seen.set(seen.size() - 1, now());
    }
    return seen;
  }

  /** The tags whose value or quality is not the one that is known. */
  Set<String> differing(Map<String, TagValue> read) {
    Set<String> tags = new LinkedHashSet<>();
    read.forEach(
        (tag, value) -> {
          TagValue known = shown.get(tag);
          if (known.quality() != value.quality() || !Objects.equals(known.value(), value.value())) {
            tags.add(tag);
          }
        });
    return tags;
  }

  private boolean isLate(Sample sample) {
    Instant floor = floors.get(sample.point().tag());
    Instant time = sample.value().sourceTime();
    if (floor != null && time != null && time.isBefore(floor)) {
      return true;
    }
    floors.remove(sample.point().tag());
    return false;
  }

  /** The smallest time among the heads; null, which comes first, when one has none. */
  private static Instant earliest(Collection<Deque<Sample>> queues) {
    Instant earliest = Instant.MAX;
    for (Deque<Sample> queue : queues) {
      Instant at = queue.element().at();
      if (at == null) {
        return null;
      }
      earliest = at.isBefore(earliest) ? at : earliest;
    }
    return earliest;
  }

  /** At most one value of each tag, so that two values with one time are two observations. */
  private boolean take(Map<String, Deque<Sample>> queues, Instant moment) {
    boolean changed = false;
    for (Map.Entry<String, Deque<Sample>> entry : queues.entrySet()) {
      if (Objects.equals(entry.getValue().element().at(), moment)) {
        TagValue value = entry.getValue().remove().value();
        changed |= !value.equals(shown.put(entry.getKey(), value));
      }
    }
    queues.values().removeIf(Deque::isEmpty);
    return changed;
  }
}
