package dev.millwright.status;

import com.google.gson.JsonArray;
import dev.millwright.machine.Status;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The last {@value #MOST} transitions of one machine: those that were seen, and those that the
 * history knew when the daemon began. Not safe for use by several threads.
 */
final class Recent {

  static final int MOST = 20;

  private final NavigableMap<Long, Step> steps = new TreeMap<>(Comparator.reverseOrder());

  /** As it was seen last; null before the first time. */
  private Long seq;

  private Status status;

  /**
   * A row is seen.
   *
   * @param since when its state began
   * @return what has happened since the last time, or the last of it; null for nothing, and for the
   *     first time
   */
  Step see(Row row, Instant since) {
    long now = row.state().seq();
    if (seq != null && seq == now) {
      return null;
    }
    boolean isFirst = seq == null;
    if (!isFirst && now < seq) {
      // The table was restored: these numbers stand for something else from now on.
      steps.clear();
    }
    boolean isNext = !isFirst && now == seq + 1;
    Step step = Step.of(row, since, isNext ? status.word() : null);
    seq = now;
    status = row.state().status();
    if (row.lastEvent() != null) {
      put(step);
    }
    return isFirst ? null : step;
  }

  /** What the history knows, which has seen all of them; the newest first. */
  void remember(String machine, List<HistoryRow> rows) {
    rows.stream()
        .filter(row -> row.occurredAt() != null && (seq == null || row.seq() <= seq))
        .limit(MOST)
        .forEach(row -> put(Step.of(machine, row)));
  }

  private void put(Step step) {
    steps.merge(step.seq(), step, Recent::better);
    while (steps.size() > MOST) {
      steps.pollLastEntry();
    }
  }

  /** What was seen may not have shown the status before; the history does not name the fault. */
  private static Step better(Step seen, Step told) {
    return seen.from() == null && told.from() != null
        ? new Step(
            told.machine(),
            told.seq(),
            told.at(),
            told.event(),
            told.from(),
            told.to(),
            told.recipe() == null ? seen.recipe() : told.recipe(),
            seen.reason() == null ? told.reason() : seen.reason(),
            told.inferred())
        : seen;
  }

  /** The newest first. */
  JsonArray json() {
    JsonArray all = new JsonArray();
    steps.values().forEach(step -> all.add(step.json()));
    return all;
  }
}
