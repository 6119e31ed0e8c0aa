package dev.millwright.cli;

import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A row in words: what it claims, since when, who said so, on what grounds. */
final class Explanation {

  private Explanation() {}

  /**
   * One string for each line.
   *
   * @param last the last changes of the row, the newest first
   */
  static List<String> of(Row row, List<HistoryRow> last, Instant now) {
    DetailView detail = DetailView.of(row.detail());
    MachineState state = row.state();
    List<String> lines = new ArrayList<>();
    lines.add(
        row.serialNumber()
            + " is "
            + state.status().word()
            + (state.since() == null
                ? ""
                : " since "
                    + Times.local(state.since())
                    + " ("
                    + Times.ago(state.since(), now)
                    + ")"));
    add(lines, "claim", claim(row, detail));
    add(lines, "said by", saidBy(row, detail));
    add(lines, "grounds", grounds(row, detail));
    if (detail.has("inferred")) {
      add(lines, "inferred", "concluded after a gap, not seen; it happened " + detail.window());
    }
    if (detail.has("missed_runs")) {
      add(
          lines,
          "missed",
          detail.text("missed_runs")
              + " run(s) that nobody saw came before it: the machine's counter proves them");
    }
    if (detail.has("outcome")) {
      add(lines, "outcome", "how the run before it ended is " + detail.text("outcome"));
    }
    add(lines, "ordered", ordered(row, detail));
    add(lines, "cycle", detail.text("cycle"));
    add(lines, "written", written(row));
    String key = "others";
    for (String line : OtherWriters.of(last, now)) {
      add(lines, key, line);
      key = "";
    }
    long voided = voided(last);
    add(
        lines,
        "void",
        voided == 0
            ? null
            : "undelivered transitions that became void: "
                + voided
                + "; what they told was told anew from the machine");
    return lines;
  }

  private static void add(List<String> lines, String key, String value) {
    if (value != null) {
      lines.add(String.format("  %-9s %s", key, value));
    }
  }

  private static String claim(Row row, DetailView detail) {
    MachineState state = row.state();
    return switch (state.status()) {
      case IDLE -> "no recipe runs, and the machine reports no fault";
      case PROCESSING -> "it runs " + recipe(detail) + ", process " + state.processId();
      case ERROR ->
          "it has failed: "
              + StatusView.failure(state.failure())
              + (detail.has("recipe") ? ", in " + recipe(detail) : "");
      case OFFLINE -> "nobody knows what the machine does now" + kept(state);
    };
  }

  private static String recipe(DetailView detail) {
    return detail.has("recipe") ? "recipe " + detail.text("recipe") : "a recipe without a name";
  }

  /** What an offline row still holds from before. */
  private static String kept(MachineState state) {
    if (state.processId() != null) {
      return "; when it was last seen it ran process "
          + state.processId()
          + ", whose end will be told when it is found again";
    } else if (state.failure() != null) {
      return "; when it was last seen it had failed: " + StatusView.failure(state.failure());
    }
    return "";
  }

  private static String saidBy(Row row, DetailView detail) {
    if (row.lastEvent() == null) {
      return "nobody: the row is as it was created";
    }
    String source = detail.text("source");
    if (source == null) {
      return null;
    }
    return switch (source) {
      case "machine" -> "the machine";
      case "daemon" -> "the daemon";
      case Row.EXTERNAL -> "another writer: " + OtherWriters.name(detail);
      case Row.FUNCTION -> "another writer, by a function: " + OtherWriters.name(detail);
      default -> source;
    };
  }

  /** How many were decided and not delivered, as the row had become another meanwhile. */
  static long voided(List<HistoryRow> last) {
    return last.stream().mapToLong(row -> DetailView.of(row.detailJson()).count("voided")).sum();
  }

  private static String grounds(Row row, DetailView detail) {
    if (row.lastEvent() == null) {
      return null;
    }
    if (Row.FUNCTION.equals(detail.text("source"))) {
      return "a program said so (" + row.lastEvent() + "); what the machine shows was not asked";
    }
    String words =
        switch (row.lastEvent()) {
          case "start" -> detail.has("same_run") ? "its run goes on" : "it started";
          case "complete" -> "its run completed" + of(detail);
          case "stop" -> stopped(detail) + of(detail);
          case "error" -> "it reported a fault";
          case "reset" -> "it left its fault";
          case "link_lost" -> "contact was lost";
          case "link_found" -> "contact was found again, and this is what the machine shows";
          case Row.EXTERNAL -> "the row was changed; what the machine shows was not asked";
          default -> "event " + row.lastEvent();
        };
    return detail.has("reason") ? words + ": " + detail.text("reason") : words;
  }

  private static String stopped(DetailView detail) {
    if ("daemon".equals(detail.text("source"))) {
      return "the process in the row was ended";
    }
    return detail.has("outcome") ? "its run is over" : "its run was stopped before its end";
  }

  private static String of(DetailView detail) {
    return detail.has("recipe") ? " (recipe " + detail.text("recipe") + ")" : "";
  }

  /** The command that has led to the present state. */
  private static String ordered(Row row, DetailView detail) {
    if (!detail.has("command")) {
      return null;
    }
    String said = detail.has("reason") ? ": \"" + detail.text("reason") + '"' : "";
    return (detail.has("operator") ? "by " + detail.text("operator") : "by nobody who was named")
        + said
        + ", command "
        + detail.text("command")
        + (row.state().status() == Status.PROCESSING ? "" : " (the run or reset before)");
  }

  private static String written(Row row) {
    return (row.updatedAt() == null
            ? "not yet, or not seen by this daemon"
            : Times.local(row.updatedAt()))
        + ", state_seq "
        + row.state().seq()
        + (row.lastTransitionId() == null ? "" : ", transition " + row.lastTransitionId());
  }
}
