package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Holds one machine's history against what it truly did, and collects what must not be. */
public final class Audit {

  private final List<Problem> problems = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private long seen;
  private long missed;
  private long inferred;
  private long transitions;

  /**
   * Audits a machine that stands still, and of which all should have been told.
   *
   * @param truth what it did, in order; its first step is what it was before any contact
   * @param recorded null when there is no row
   */
  public Audit(List<Step> truth, Recorded recorded, Conduct conduct) {
    if (recorded == null || recorded.transitions().isEmpty()) {
      problems.add(Problem.at(truth.get(0).at(), "nothing is recorded"));
      return;
    }
    List<Transition> rows = recorded.transitions();
    Evidence evidence = Evidence.of(truth, rows, conduct);
    new Chain(recorded, conduct, evidence.clock(), problems::add).check();
    new Claims(evidence, conduct, problems::add).check();
    new Duties(evidence, conduct, problems::add).check();
    Runs runs = new Runs(evidence, problems::add);
    runs.check();
    runs.checkConserved();
    checkRow(truth, recorded, conduct);
    checkOutcomes(recorded);
    transitions = rows.size();
    seen = runs.seen();
    missed = runs.missed();
    inferred = rows.stream().filter(Transition::inferred).count();
    measure(rows, evidence.matching());
  }

  /** The row says what the machine shows; nobody knows it once the daemon is gone for good. */
  private void checkRow(List<Step> truth, Recorded recorded, Conduct conduct) {
    Step last = truth.get(truth.size() - 1);
    boolean gone = conduct.disturbances().stream().anyMatch(d -> d.end().equals(Instant.MAX));
    String status = recorded.row().status();
    if (!status.equals(last.status()) && !(gone && status.equals("offline"))) {
      problems.add(Problem.at(last.at(), "the row says " + status + ", the machine shows " + last));
    }
  }

  /** Another writer's runs are no runs of the machine, but the view shows them. */
  private void checkOutcomes(Recorded recorded) {
    List<Transition> rows = recorded.transitions();
    Map<String, Integer> outcomes = Outcomes.of(rows, recorded.row().status());
    if (rows.stream().noneMatch(Transition::external) && !outcomes.equals(recorded.outcomes())) {
      Instant last = rows.get(rows.size() - 1).recordedAt();
      problems.add(
          Problem.at(
              last, "process_runs has " + recorded.outcomes() + ", the history " + outcomes));
    }
  }

  private void measure(List<Transition> rows, Matching matching) {
    for (int k = 0; k < rows.size(); k++) {
      if (matching.step(k) != null && !rows.get(k).inferred()) {
        delays.add(Duration.between(matching.step(k).at(), rows.get(k).recordedAt()));
      }
    }
  }

  /** What does not fit; empty when all agrees. */
  public List<Problem> problems() {
    return problems;
  }

  /** From the fact to the committed row, for each transition that was seen. */
  public List<Duration> delays() {
    return delays;
  }

  /** How many rows the history has. */
  public long transitions() {
    return transitions;
  }

  /** How many runs are in the history. */
  public long runs() {
    return seen;
  }

  /** How many runs the history says nobody saw. */
  public long missed() {
    return missed;
  }

  /** How many rows of the history are inferred. */
  public long inferred() {
    return inferred;
  }
}
