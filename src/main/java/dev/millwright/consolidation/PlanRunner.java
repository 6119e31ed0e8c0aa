package dev.millwright.consolidation;

import dev.millwright.consolidation.PhaseResult.Done;
import dev.millwright.consolidation.PhaseStatus.State;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Applies plans to a database, verifies them and rolls them back.
 *
 * <p>A phase and its record are one transaction, in which verify.sql has the last word: killed
 * anywhere and run again, a plan comes to the same end. {@code to} is everywhere the name of the
 * phase that is the last one applied afterwards; null for all the way.
 */
public final class PlanRunner {

  private final DataSource dataSource;
  private final Duration runnerWait;
  private final Duration lockTimeout;

  /** Waits 10 s for another runner, and 5 s for each lock on a table. */
  public PlanRunner(DataSource dataSource) {
    this(dataSource, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }

  /**
   * @param runnerWait how long to wait for another runner to end; 1 ms or more
   * @param lockTimeout how long a phase waits for each lock that it needs, while others queue
   *     behind it; 1 ms or more
   */
  public PlanRunner(DataSource dataSource, Duration runnerWait, Duration lockTimeout) {
    // PostgreSQL takes 0 for no limit.
    if (runnerWait.toMillis() < 1 || lockTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "a wait is 1 ms or more: runnerWait=" + runnerWait + ", lockTimeout=" + lockTimeout);
    }
    this.dataSource = dataSource;
    this.runnerWait = runnerWait;
    this.lockTimeout = lockTimeout;
  }

  /**
   * Where each phase stands, in the plan's order; phases that only a newer version knows come last.
   */
  public List<PhaseStatus> status(Plan plan) throws PlanException {
    return reading(
        "status of plan " + plan.name(),
        connection -> {
          Map<String, Records.Applied> applied = Records.read(connection, plan.name());
          List<PhaseStatus> statuses = new ArrayList<>();
          for (Phase phase : plan.phases()) {
            Records.Applied record = applied.remove(phase.name());
            statuses.add(status(phase.name(), state(phase, record), record));
          }
          applied.forEach((name, record) -> statuses.add(status(name, State.UNKNOWN, record)));
          return statuses;
        });
  }

  /** What {@link #apply} would do; changes nothing. */
  public List<PhasePlan> plan(Plan plan, String to) throws PlanException {
    List<Phase> phases = plan.upTo(to);
    return reading(
        "check of plan " + plan.name(),
        connection -> {
          Map<String, Records.Applied> applied = Records.read(connection, plan.name());
          List<PhasePlan> plans = new ArrayList<>();
          boolean asked = false;
          for (Phase phase : phases) {
            State state = state(phase, applied.get(phase.name()));
            boolean ask = state == State.PENDING && !asked;
            asked |= ask;
            plans.add(new PhasePlan(phase, state, ask ? reasons(connection, phase) : List.of()));
          }
          return plans;
        });
  }

  /**
   * Applies what is not applied yet.
   *
   * @throws PlanException when a phase cannot be applied; those before it are, and remain so
   */
  public List<PhaseResult> apply(Plan plan, String to) throws PlanException {
    List<PhaseResult> results = new ArrayList<>();
    for (Phase phase : plan.upTo(to)) {
      Done done =
          writing(
              "plan " + plan.name() + ", phase " + phase.name(),
              connection -> apply(connection, plan, phase));
      results.add(new PhaseResult(phase.name(), done));
    }
    return results;
  }

  /**
   * What differs from the plan. Needs neither the record nor any right but to read the catalog, and
   * changes nothing.
   */
  public List<Difference> verify(Plan plan, String to) throws PlanException {
    List<Phase> phases = plan.upTo(to);
    return reading(
        "verification of plan " + plan.name(),
        connection -> {
          List<Difference> differences = new ArrayList<>();
          for (Phase phase : phases) {
            differences.addAll(differences(connection, phase));
          }
          return differences;
        });
  }

  /** What differs from the whole plan. */
  public List<Difference> verify(Plan plan) throws PlanException {
    return verify(plan, null);
  }

  /**
   * Undoes the phases after {@code to}, the last one first.
   *
   * @throws PlanException when one cannot be undone, such as one whose tables have rows; those
   *     after it are undone, and remain so
   */
  public List<PhaseResult> rollback(Plan plan, String to) throws PlanException {
    List<Phase> phases = new ArrayList<>(plan.after(to));
    Collections.reverse(phases);
    List<PhaseResult> results = new ArrayList<>();
    for (Phase phase : phases) {
      Done done =
          writing(
              "plan " + plan.name() + ", rollback of phase " + phase.name(),
              connection -> rollback(connection, plan, phase));
      results.add(new PhaseResult(phase.name(), done));
    }
    return results;
  }

  private static Done apply(Connection connection, Plan plan, Phase phase)
      throws SQLException, PlanException {
    String subject = "plan " + plan.name() + ", phase " + phase.name();
    State state = state(phase, Records.read(connection, plan.name()).get(phase.name()));
    if (state == State.PENDING) {
      refuseIfAny(subject + " cannot be applied", reasons(connection, phase));
      Records.createTable(connection);
      execute(connection, phase.apply());
      refuseIfAny(
          subject + " was applied but is not what it should be, and was undone",
          words(differences(connection, phase)));
      Records.add(connection, plan.name(), phase);
      return Done.APPLIED;
    }
    if (state == State.CHANGED) {
      refuseIfAny(
          subject + " was applied with another apply.sql than this version's, and differs from it",
          words(differences(connection, phase)));
      return Done.APPLIED_DIFFERENTLY;
    }
    return Done.ALREADY_APPLIED;
  }

  private static Done rollback(Connection connection, Plan plan, Phase phase) throws SQLException {
    if (!Records.read(connection, plan.name()).containsKey(phase.name())) {
      return Done.NOT_APPLIED;
    }
    execute(connection, phase.rollback());
    Records.remove(connection, plan.name(), phase);
    return Done.ROLLED_BACK;
  }

  private static State state(Phase phase, Records.Applied record) {
    if (record == null) {
      return State.PENDING;
    }
    return record.checksum().equals(phase.checksum()) ? State.APPLIED : State.CHANGED;
  }

  private static PhaseStatus status(String phase, State state, Records.Applied record) {
    return record == null
        ? new PhaseStatus(phase, state, null, null)
        : new PhaseStatus(phase, state, record.at(), record.by());
  }

  private static void refuseIfAny(String message, List<String> reasons) throws PlanException {
    if (!reasons.isEmpty()) {
      throw new PlanException(message + ":", reasons);
    }
  }

  private static List<String> words(List<Difference> differences) {
    return differences.stream().map(Difference::toString).toList();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  private static List<String> reasons(Connection connection, Phase phase) throws SQLException {
    List<String> reasons = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(phase.check())) {
      while (row.next()) {
        reasons.add(row.getString("reason"));
      }
    }
    return reasons;
  }

  private static List<Difference> differences(Connection connection, Phase phase)
      throws SQLException {
    List<Difference> differences = new ArrayList<>();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(phase.verify())) {
      while (row.next()) {
        differences.add(
            new Difference(
                row.getString("subject"), row.getString("expected"), row.getString("actual")));
      }
    }
    return differences;
  }

  private <T> T reading(String subject, Work<T> work) throws PlanException {
    return Transactions.run(dataSource, true, subject, work);
  }

  private <T> T writing(String subject, Work<T> work) throws PlanException {
    return Transactions.run(
        dataSource,
        false,
        subject,
        connection -> {
          RunnerLock.take(connection, runnerWait, lockTimeout);
          return work.in(connection);
        });
  }
}
