package dev.millwright.cli;

import dev.millwright.machine.Failure;
import dev.millwright.machine.Status;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The machines' rows as a person wants to see them. */
final class StatusView {

  /** So that a row fits a line; {@code why} tells all. */
  private static final int NOTE_LIMIT = 40;

  private StatusView() {}

  static List<Row> sorted(Rows rows) {
    return rows.readable().values().stream()
        .sorted(Comparator.comparing(Row::serialNumber))
        .toList();
  }

  static Table table(Rows rows, Instant now) {
    List<Row> sorted = sorted(rows);
    boolean stepped = sorted.stream().anyMatch(row -> ProgressView.of(row) != null);
    List<Object> header =
        new ArrayList<>(
            List.of("MACHINE", "STATUS", "SINCE", "FOR", "RECIPE", "CYCLE", "EVENT", "SEQ"));
    if (stepped) {
      header.add("PROGRESS");
    }
    header.add("NOTE");
    Table table = new Table(header.toArray(String[]::new));
    for (Row row : sorted) {
      Instant since = row.state().since();
      List<Object> cells = new ArrayList<>();
      cells.add(row.serialNumber());
      cells.add(row.state().status().word());
      cells.add(Times.localSeconds(since));
      cells.add(Times.ago(since, now));
      cells.add(row.lastRecipe());
      cells.add(row.lastCycle());
      cells.add(row.lastEvent());
      cells.add(row.state().seq());
      if (stepped) {
        cells.add(ProgressView.of(row));
      }
      cells.add(note(row));
      table.add(cells.toArray());
    }
    return table;
  }

  /** What else a person has to know of the row at a glance. */
  private static String note(Row row) {
    DetailView detail = DetailView.of(row.detail());
    List<String> notes = new ArrayList<>();
    if (row.state().failure() != null) {
      notes.add(failure(row.state().failure()));
    }
    if (row.state().status() == Status.OFFLINE && detail.text("reason") != null) {
      notes.add(detail.text("reason"));
    }
    if (detail.has("missed_runs")) {
      notes.add(detail.text("missed_runs") + " runs missed");
    }
    if (detail.has("outcome")) {
      notes.add("outcome unknown");
    }
    if (detail.has("inferred")) {
      notes.add("inferred");
    }
    String words = String.join("; ", notes);
    if (words.isEmpty()) {
      return null;
    }
    return words.length() <= NOTE_LIMIT ? words : words.substring(0, NOTE_LIMIT - 1) + "…";
  }

  static String failure(Failure failure) {
    String component = failure.component() == null ? "" : failure.component() + ": ";
    return component + failure.description();
  }
}
