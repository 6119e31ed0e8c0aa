package dev.millwright.consolidation;

import dev.millwright.consolidation.PhaseResult.Done;
import dev.millwright.consolidation.PhaseStatus.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Applies or undoes one phase, and its record with it, within the caller's transaction. */
final class PhaseWork {

  private PhaseWork() {}

  static PhaseResult apply(Connection connection, Plan plan, Phase phase, Attempt attempt)
      throws SQLException, PlanException {
    String subject = "plan " + plan.name() + ", phase " + phase.name();
    AppliedPhase record = Records.read(connection, plan.name()).get(phase.name());
    State state = PhaseStatus.of(phase.name(), phase.checksum(), record).state();
    if (state == State.CHANGED) {
      refuseIfAny(
          subject + " was applied with another apply.sql than this version's, and differs from it",
          words(PhaseSql.differences(connection, phase)));
      return new PhaseResult(phase.name(), Done.APPLIED_DIFFERENTLY);
    } else if (state == State.APPLIED) {
      return new PhaseResult(phase.name(), Done.ALREADY_APPLIED);
    }
    PhaseSql.execute(connection, phase.lock());
    refuseIfAny(subject + " cannot be applied", PhaseSql.reasons(connection, phase));
    Records.createTable(connection);
    List<TableContent> before = contents(connection, phase.tables());
    Changes.keep(connection, plan.name(), phase);
    PhaseSql.execute(connection, phase.apply());
    refuseIfAny(
        subject + " was applied but is not what it should be, and was undone",
        words(PhaseSql.differences(connection, phase)));
    List<TableContent> after = contents(connection, phase.tables());
    List<TableChange> tables = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      tables.add(new TableChange(phase.tables().get(i), before.get(i), after.get(i)));
    }
    Records.add(connection, plan.name(), phase, attempt, tables);
    return new PhaseResult(phase.name(), Done.APPLIED);
  }

  static PhaseResult rollback(Connection connection, Plan plan, Phase phase)
      throws SQLException, PlanException {
    Map<String, AppliedPhase> applied = Records.read(connection, plan.name());
    AppliedPhase record = applied.get(phase.name());
    if (record == null) {
      return new PhaseResult(phase.name(), Done.NOT_APPLIED);
    }
    refuseIfAny(
        "plan " + plan.name() + ": a newer version has applied further phases; undo them with it",
        applied.keySet().stream().filter(name -> !plan.has(name)).toList());
    List<String> notes = PhaseSql.execute(connection, phase.rollback());
    for (TableChange table : record.tables()) {
      notes.add(comparison(table, TableContent.of(connection, table.table())));
    }
    Changes.remove(connection, plan.name(), phase);
    Records.remove(connection, plan.name(), phase);
    Records.dropTablesIfEmpty(connection);
    return new PhaseResult(phase.name(), Done.ROLLED_BACK, notes);
  }

  /** Whether the way down has led to where the way up began. */
  private static String comparison(TableChange table, TableContent now) {
    if (Objects.equals(table.before(), now)) {
      return table.table() + " is as it was before the phase: " + TableContent.words(now);
    }
    return String.format(
        "%s: before the phase %s; now %s. What was written since is in it",
        table.table(), TableContent.words(table.before()), TableContent.words(now));
  }

  private static List<TableContent> contents(Connection connection, List<String> tables)
      throws SQLException {
    List<TableContent> contents = new ArrayList<>();
    for (String table : tables) {
      contents.add(TableContent.of(connection, table));
    }
    return contents;
  }

  private static void refuseIfAny(String message, List<String> reasons) throws PlanException {
    if (!reasons.isEmpty()) {
      throw new PlanException(message + ":", reasons);
    }
  }

  private static List<String> words(List<Difference> differences) {
    return differences.stream().map(Difference::toString).toList();
  }
}
