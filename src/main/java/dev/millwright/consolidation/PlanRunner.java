package dev.millwright.consolidation;

import dev.millwright.consolidation.PhaseStatus.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
  private final PlanOptions options;
  private final Patience patience;

  public PlanRunner(DataSource dataSource) {
    this(dataSource, PlanOptions.NONE);
  }

  public PlanRunner(DataSource dataSource, PlanOptions options) {
    this(dataSource, options, Patience.DEFAULT);
  }

  PlanRunner(DataSource dataSource, PlanOptions options, Patience patience) {
    this.dataSource = dataSource;
    this.options = options;
    this.patience = patience;
  }

  /** Which database this is, in words. */
  public String whereabouts() throws PlanException {
    return reading("look at the database", Surroundings::words);
  }

  /**
   * Where each phase stands, in the plan's order; phases that only a newer version knows come last.
   */
  public List<PhaseStatus> status(Plan plan) throws PlanException {
    return reading(
        "status of plan " + plan.name(),
        connection -> {
          Map<String, AppliedPhase> applied = Records.read(connection, plan.name());
          List<PhaseStatus> statuses = new ArrayList<>();
          for (Phase phase : plan.phases()) {
            AppliedPhase record = applied.remove(phase.name());
            statuses.add(PhaseStatus.of(phase.name(), phase.checksum(), record));
          }
          applied.forEach((name, record) -> statuses.add(PhaseStatus.of(name, null, record)));
          return statuses;
        });
  }

  /** What {@link #apply} would do; changes nothing. */
  public List<PhasePlan> plan(Plan plan, String to) throws PlanException {
    List<Phase> phases = plan.upTo(to);
    return reading(
        "check of plan " + plan.name(),
        connection -> {
          Map<String, AppliedPhase> applied = Records.read(connection, plan.name());
          List<PhasePlan> plans = new ArrayList<>();
          boolean asked = false;
          for (Phase phase : phases) {
            AppliedPhase record = applied.get(phase.name());
            State state = PhaseStatus.of(phase.name(), phase.checksum(), record).state();
            boolean ask = state == State.PENDING && !asked;
            asked |= ask;
            plans.add(
                ask
                    ? asked(connection, phase)
                    : new PhasePlan(phase, state, false, List.of(), List.of()));
          }
          return plans;
        });
  }

  private static PhasePlan asked(Connection connection, Phase phase) throws SQLException {
    Optional<Difference> schema = Surroundings.schemaDifference(connection);
    List<String> reasons =
        schema.isPresent() ? List.of(schema.get().toString()) : PhaseSql.reasons(connection, phase);
    // A preview may rely on what the check has found to be so.
    List<Change.Count> counts = reasons.isEmpty() ? Changes.counts(connection, phase) : List.of();
    return new PhasePlan(phase, State.PENDING, true, reasons, counts);
  }

  /**
   * What a phase would change now, value by value; for one against which its check says nothing.
   *
   * @param limit how many at most
   */
  public void preview(Phase phase, long limit, Consumer<Change> reader) throws PlanException {
    reading(
        "preview of phase " + phase.name(),
        connection -> {
          Changes.preview(connection, phase, limit, reader);
          return null;
        });
  }

  /** What an applied phase has changed, value by value. */
  public void changes(Plan plan, String phase, Consumer<Change> reader) throws PlanException {
    reading(
        "changes of plan " + plan.name() + ", phase " + phase,
        connection -> {
          Changes.kept(connection, plan.name(), phase, reader);
          return null;
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
      results.add(
          writing(
              "plan " + plan.name() + ", phase " + phase.name(),
              (connection, attempt) -> PhaseWork.apply(connection, plan, phase, attempt)));
    }
    return results;
  }

  /**
   * What differs from the plan. Needs neither the record nor any right but what verify.sql needs,
   * and changes nothing.
   */
  public List<Difference> verify(Plan plan, String to) throws PlanException {
    List<Phase> phases = plan.upTo(to);
    return reading(
        "verification of plan " + plan.name(),
        connection -> {
          Optional<Difference> schema = Surroundings.schemaDifference(connection);
          if (schema.isPresent()) {
            return List.of(schema.get());
          }
          List<Difference> differences = new ArrayList<>();
          for (Phase phase : phases) {
            differences.addAll(PhaseSql.differences(connection, phase));
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
      results.add(
          writing(
              "plan " + plan.name() + ", rollback of phase " + phase.name(),
              (connection, attempt) -> PhaseWork.rollback(connection, plan, phase)));
    }
    return results;
  }

  /** Work on a phase that has the runner's lock. */
  private interface LockedWork {
    PhaseResult in(Connection connection, Attempt attempt) throws SQLException, PlanException;
  }

  private <T> T reading(String subject, Work<T> work) throws PlanException {
    return Transactions.run(
        dataSource,
        true,
        subject,
        connection -> {
          options.tell(connection);
          return work.in(connection);
        });
  }

  private PhaseResult writing(String subject, LockedWork work) throws PlanException {
    return Transactions.runPatiently(
        dataSource,
        patience,
        subject,
        number ->
            connection -> {
              Surroundings.checkWritable(connection, subject);
              RunnerLock.take(connection, patience);
              options.tell(connection);
              return work.in(connection, new Attempt(number, System.nanoTime()));
            });
  }
}
