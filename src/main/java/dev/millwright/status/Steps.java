package dev.millwright.status;

import com.google.gson.JsonArray;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last transitions: of all machines together, and of each. Not safe for use by several threads.
 */
final class Steps {

  private static final int MOST = 60;

  private final Instant started;
  private final Map<String, Recent> machines = new HashMap<>();
  private final Deque<Step> latest = new ArrayDeque<>();

  /**
   * @param started what was before is the history's to tell
   */
  Steps(Instant started) {
    this.started = started;
  }

  /**
   * A row is seen.
   *
   * @param since when its state began
   * @return what has happened since the last time; null for nothing
   */
  Step see(Row row, Instant since) {
    Step step = recent(row.serialNumber()).see(row, since);
    if (step != null) {
      latest.addFirst(step);
      if (latest.size() > MOST) {
        latest.removeLast();
      }
    }
    return step;
  }

  /** The last that happened before this daemon began, behind what has happened since. */
  void remember(String machine, List<HistoryRow> rows) {
    recent(machine).remember(machine, rows);
    List<Step> all = new ArrayList<>(latest);
    rows.stream()
        .filter(row -> row.occurredAt() != null && row.occurredAt().isBefore(started))
        .limit(MOST)
        .map(row -> Step.of(machine, row))
        // A machine that was removed and comes back is asked about once more.
        .filter(step -> latest.stream().noneMatch(step::isSame))
        .forEach(all::add);
    all.sort(Comparator.comparing(Step::at).reversed());
    latest.clear();
    latest.addAll(all.subList(0, Math.min(MOST, all.size())));
  }

  /** Only these machines are watched from now on. */
  void retain(Set<String> names) {
    machines.keySet().retainAll(names);
  }

  private Recent recent(String machine) {
    return machines.computeIfAbsent(machine, name -> new Recent());
  }

  /** Of all machines, the newest first. */
  JsonArray latest() {
    JsonArray news = new JsonArray();
    latest.forEach(step -> news.add(step.json()));
    return news;
  }

  /** Of one machine, the newest first. */
  JsonArray of(String machine) {
    return recent(machine).json();
  }
}
