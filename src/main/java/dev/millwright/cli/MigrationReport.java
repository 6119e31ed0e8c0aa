package dev.millwright.cli;

import dev.millwright.consolidation.AppliedPhase;
import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.PhasePlan;
import dev.millwright.consolidation.PhaseStatus;
import dev.millwright.consolidation.PhaseStatus.State;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.consolidation.TableChange;
import dev.millwright.consolidation.TableContent;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What was done to a database by a plan, in Markdown, for people who answer for it. */
final class MigrationReport {

  private final PlanRunner runner;
  private final Plan plan;
  private final String asked;
  private final PrintWriter out;

  /**
   * @param asked the plan as it was named on the command line
   */
  MigrationReport(PlanRunner runner, Plan plan, String asked, PrintWriter out) {
    this.runner = runner;
    this.asked = asked;
    this.plan = plan;
    this.out = out;
  }

  void write(Instant now) throws PlanException {
    List<PhaseStatus> statuses = runner.status(plan);
    out.println("# Plan " + cell(plan.name()) + ": what was done to the database");
    out.println();
    out.println(
        "As of " + Times.localSeconds(now) + ". Read from " + cell(runner.whereabouts()) + ".");
    phases(statuses);
    for (PhaseStatus status : statuses) {
      if (status.applied() != null) {
        changes(status);
      }
    }
    List<Difference> differences = differences(statuses);
    whatToDo(statuses, differences);
  }

  private void phases(List<PhaseStatus> statuses) {
    heading("Phases");
    row("Phase", "State", "Applied at", "By", "Took", "Attempts", "Given on the command line");
    row("---", "---", "---", "---", "--:", "--:", "---");
    for (PhaseStatus status : statuses) {
      AppliedPhase applied = status.applied();
      row(
          status.phase(),
          MigrateCommand.word(status.state()),
          applied == null ? "" : Times.localSeconds(applied.at()),
          applied == null ? "" : applied.by(),
          applied == null ? "" : Objects.toString(PhaseView.words(applied.took()), "not recorded"),
          applied == null ? "" : Objects.toString(applied.attempts(), "not recorded"),
          applied == null || "{}".equals(applied.options())
              ? ""
              : Objects.toString(applied.options(), "not recorded"));
    }
  }

  private void changes(PhaseStatus status) throws PlanException {
    AppliedPhase applied = status.applied();
    if (applied.tables().isEmpty() && applied.changes() == 0) {
      return;
    }
    heading("Phase " + status.phase());
    if (!applied.tables().isEmpty()) {
      row("Table", "Rows before", "Rows after", "Checksum before", "Checksum after", "Content");
      row("---", "--:", "--:", "---", "---", "---");
      applied.tables().forEach(this::table);
      out.println();
    }
    out.println(
        applied.changes() == 0
            ? "No value was changed."
            : "Values changed: "
                + applied.changes()
                + ". All of them, with what they were before:");
    if (applied.changes() > 0) {
      out.println();
      row("Table", "Row", "Column", "Before", "After", "Why");
      row("---", "---", "---", "---", "---", "---");
      runner.changes(
          plan,
          status.phase(),
          c -> row(c.table(), c.rowKey(), c.column(), c.before(), c.after(), c.why()));
    }
  }

  private void table(TableChange table) {
    TableContent before = table.before();
    TableContent after = table.after();
    row(
        table.table(),
        before == null ? "absent" : Long.toString(before.rows()),
        after == null ? "absent" : Long.toString(after.rows()),
        before == null ? "" : before.checksum(),
        after == null ? "" : after.checksum(),
        Objects.equals(before, after) ? "the same" : "changed");
  }

  /** Only of what is applied: that a pending phase has not made anything yet is no news. */
  private List<Difference> differences(List<PhaseStatus> statuses) throws PlanException {
    heading("Differences from what was applied");
    String last = null;
    for (PhaseStatus status : statuses) {
      last = isApplied(status) ? status.phase() : last;
    }
    List<Difference> differences = last == null ? List.of() : runner.verify(plan, last);
    if (differences.isEmpty()) {
      out.println(last == null ? "Nothing is applied yet." : "None.");
    } else {
      row("Subject", "Expected", "Actual");
      row("---", "---", "---");
      differences.forEach(d -> row(d.subject(), d.expected(), d.actual()));
    }
    return differences;
  }

  private void whatToDo(List<PhaseStatus> statuses, List<Difference> differences)
      throws PlanException {
    heading("What to do next");
    if (!differences.isEmpty()) {
      out.println("- Find out who has changed what the differences name, and put it right.");
    }
    if (statuses.stream().anyMatch(status -> status.state() == State.UNKNOWN)) {
      out.println("- Use the newer version that applied the phases which this one does not know.");
    }
    for (PhasePlan phase : runner.plan(plan, null)) {
      phase
          .reasons()
          .forEach(reason -> out.println("- Before " + phase.phase().name() + ": " + cell(reason)));
    }
    if (statuses.stream().anyMatch(status -> status.state() == State.PENDING)) {
      out.println(
          "- See what comes next with `millwright migrate plan --plan "
              + asked
              + "`, and do it with `millwright migrate apply --plan "
              + asked
              + "`.");
    } else {
      out.println("- Every phase is applied: nothing more is to be done by this plan.");
    }
    if (statuses.stream().anyMatch(MigrationReport::isApplied)) {
      out.println(
          "- The way back is `millwright migrate rollback --plan "
              + asked
              + " --to PHASE`. The values of before are in table millwright_changes until then.");
    }
  }

  private static boolean isApplied(PhaseStatus status) {
    return status.state() == State.APPLIED || status.state() == State.CHANGED;
  }

  private void heading(String text) {
    out.println();
    out.println("## " + cell(text));
    out.println();
  }

  private void row(String... cells) {
    StringBuilder line = new StringBuilder("|");
    for (String cell : cells) {
      line.append(' ').append(cell == null ? "*NULL*" : cell(cell)).append(" |");
    }
    out.println(line);
  }

  /** Text as it is, whatever it means in Markdown or HTML; on one line. */
  static String cell(String text) {
    return text.replaceAll("([\\\\|`*\\[])", "\\\\$1")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("\\R", "<br>");
  }
}
