package dev.millwright.cli;

import dev.millwright.machine.Failure;
import dev.millwright.machine.Status;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The machines as a person wants to see them at a glance; {@code why} tells all. */
final class StatusView {

  /** Longer is for {@code why}. */
  private static final int NOTE_LIMIT = 90;

  private StatusView() {}

  /** One string for each machine, a header first: what a width in columns has room for. */
  static List<String> lines(Rows rows, Instant now, int columns) {
    return table(Told.by(rows).machines(), now).lines(columns, false);
  }

  /** The same with what else is known of them. */
  static WidthTable table(List<MachineLine> machines, Instant now) {
    WidthTable table =
        new WidthTable()
            .column("MACHINE", 0, false)
            .column("STATUS", 0, false)
            .column("FOR", 0, true)
            .column("SINCE", 9, false)
            .column("RECIPE", 4, false)
            .column("PROGRESS", 1, false)
            .column("STEP", 10, false)
            .column("LINK", 5, false)
            .column("DATA", 6, true)
            .column("PENDING", 7, true)
            .column("CYCLE", 11, true)
            .column("EVENT", 8, false)
            .column("SEQ", 12, true)
            .column("NOTE", 2, false);
    machines.forEach(machine -> add(table, machine, now));
    return table;
  }

  private static void add(WidthTable table, MachineLine machine, Instant now) {
    table.row();
    Row row = machine.row();
    table.cell(machine.serial());
    if (row == null) {
      table.cell("no row", Paint.BAD).cell(null).cell(null).cell(null).cell(null).cell(null);
    } else {
      Status status = row.state().status();
      table.cell(status.word(), paint(status));
      table.cell(Times.ago(row.state().since(), now));
      table.cell(Times.localSeconds(row.state().since()));
      table.cell(row.lastRecipe());
      table.cell(ProgressView.bar(row)).cell(ProgressView.step(row));
    }
    addLive(table, machine);
    table.cell(row == null ? null : row.lastCycle());
    table.cell(row == null ? null : row.lastEvent());
    table.cell(row == null ? null : row.state().seq());
    table.cell(note(machine, now));
  }

  private static void addLive(WidthTable table, MachineLine machine) {
    DetailView link = machine.link();
    if (link == null) {
      table.cell(null).cell(null).cell(null);
      return;
    }
    boolean open = "true".equals(link.text("open"));
    table.cell(open ? "up" : "down", open ? Paint.NONE : Paint.BAD);
    DetailView live = machine.live();
    table.cell(age(live), live.has("problem") ? Paint.BAD : Paint.NONE);
    long pending = live.count("pending");
    table.cell(live.text("pending"), pending > 0 ? Paint.ATTENTION : Paint.NONE);
  }

  /** Null where there was no good data since the daemon's start. */
  static String age(DetailView live) {
    if (!live.has("data_age_ms")) {
      return null;
    }
    return Times.brief(Duration.ofMillis(live.count("data_age_ms")));
  }

  /** Grey is normal: only what wants somebody's eyes has a colour (ISA-101). */
  private static Paint paint(Status status) {
    return switch (status) {
      case IDLE -> Paint.NONE;
      case PROCESSING -> Paint.GOOD;
      case OFFLINE -> Paint.ATTENTION;
      case ERROR -> Paint.BAD;
    };
  }

  /** What else a person has to know at a glance. */
  private static String note(MachineLine machine, Instant now) {
    List<String> notes = new ArrayList<>();
    Row row = machine.row();
    if (row != null) {
      noteRow(row, notes);
    } else {
      notes.add("table machines has no row of it, or the database was not seen yet");
    }
    if (machine.live() != null) {
      noteLive(machine, now, notes);
    }
    String words = String.join("; ", notes);
    return words.isEmpty()
        ? null
        : words.length() <= NOTE_LIMIT ? words : words.substring(0, NOTE_LIMIT - 1) + "…";
  }

  private static void noteRow(Row row, List<String> notes) {
    DetailView detail = DetailView.of(row.detail());
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
  }

  private static void noteLive(MachineLine machine, Instant now, List<String> notes) {
    DetailView live = machine.live();
    DetailView link = machine.link();
    boolean told = notes.stream().anyMatch(note -> contains(note, live, link));
    if (!told && link.has("trouble")) {
      notes.add(link.text("trouble"));
    } else if (!told && live.has("problem")) {
      notes.add(live.text("problem"));
    }
    long pending = live.count("pending");
    Instant since = live.instant("pending_since");
    if (pending > 0) {
      notes.add(pending + " pending" + (since == null ? "" : " for " + Times.ago(since, now)));
    }
    if (live.count("quarantined") > 0) {
      notes.add(live.count("quarantined") + " refused by the database");
    }
  }

  /** What made a machine offline is often what is still wrong. */
  private static boolean contains(String note, DetailView live, DetailView link) {
    String trouble = link.has("trouble") ? link.text("trouble") : live.text("problem");
    return trouble != null && note.contains(trouble);
  }

  static String failure(Failure failure) {
    String component = failure.component() == null ? "" : failure.component() + ": ";
    return component + failure.description();
  }
}
