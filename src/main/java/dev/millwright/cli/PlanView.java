package dev.millwright.cli;

import dev.millwright.consolidation.Change;
import dev.millwright.consolidation.PhasePlan;
import dev.millwright.consolidation.PhaseStatus.State;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanRunner;
import java.io.PrintWriter;
import java.util.List;

/** What {@code migrate plan} shows: what would be changed, or with {@code --sql} how. */
final class PlanView {

  /** Values that are shown without {@code --all}. */
  private static final int FEW = 20;

  private final PlanRunner runner;
  private final String asked;
  private final PrintWriter out;

  /**
   * @param asked the plan as it was named on the command line
   */
  PlanView(PlanRunner runner, String asked, PrintWriter out) {
    this.runner = runner;
    this.asked = asked;
    this.out = out;
  }

  /** Returns the exit code: that of a refusal when apply would be refused. */
  int show(Plan plan, String to, boolean sql, boolean all) throws PlanException {
    List<PhasePlan> phases = runner.plan(plan, to);
    for (PhasePlan phase : phases) {
      if (sql) {
        sql(phase);
      } else {
        words(phase, all);
      }
    }
    long pending = phases.stream().filter(phase -> phase.state() == State.PENDING).count();
    String closing =
        pending == 0
            ? "nothing to do: every phase is applied"
            : pending
                + (pending == 1 ? " phase" : " phases")
                + " to apply: millwright migrate apply --plan "
                + asked;
    out.println(
        (sql ? "-- " : "") + closing + (sql || pending == 0 ? "" : "; --sql shows the SQL"));
    boolean refused = phases.stream().anyMatch(phase -> !phase.reasons().isEmpty());
    return refused ? Exit.DIFFERENT : Exit.OK;
  }

  private void sql(PhasePlan phase) {
    out.println("-- phase " + phase.phase().name() + ": " + MigrateCommand.word(phase.state()));
    if (phase.state() == State.PENDING) {
      phase.reasons().forEach(reason -> out.println("-- cannot be applied: " + reason));
      out.println(phase.phase().apply());
    }
  }

  private void words(PhasePlan phase, boolean all) throws PlanException {
    boolean foretold = !phase.phase().preview().isEmpty();
    boolean later = foretold && phase.state() == State.PENDING && !phase.asked();
    boolean shown = phase.asked() && phase.reasons().isEmpty();
    out.println(
        "phase "
            + phase.phase().name()
            + ": "
            + MigrateCommand.word(phase.state())
            + (later ? "; what it changes is shown when its turn comes" : "")
            + (shown && !foretold ? "; changes no values" : ""));
    phase.reasons().forEach(reason -> out.println("  cannot be applied: " + reason));
    if (shown && foretold) {
      changes(phase, all);
    }
  }

  private void changes(PhasePlan phase, boolean all) throws PlanException {
    long total = phase.counts().stream().mapToLong(Change.Count::number).sum();
    out.println("  changes " + total + (total == 1 ? " value" : " values"));
    for (Change.Count count : phase.counts()) {
      out.println("    " + count.table() + "." + count.column() + ": " + count.number());
    }
    long limit = all ? Long.MAX_VALUE : FEW;
    long[] number = {0};
    runner.preview(
        phase.phase(),
        limit,
        change -> {
          number[0]++;
          out.println("  " + line(change));
        });
    if (total > number[0]) {
      out.println("  … and " + (total - number[0]) + " more; --all shows them");
    }
  }

  private static String line(Change change) {
    return String.format(
        "%s.%s of %s: %s → %s  (%s)",
        change.table(),
        change.column(),
        change.rowKey(),
        value(change.before()),
        value(change.after()),
        change.why());
  }

  /** So that NULL, nothing and blanks can be told apart, on one line. */
  private static String value(String text) {
    return text == null
        ? "NULL"
        : "'" + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") + "'";
  }
}
