package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One process for each run, and each run of the machine's counter accounted for once. */
final class Runs {

  private final List<Step> truth;
  private final List<Transition> rows;
  private final Consumer<Problem> problems;

  /** Processes that another writer has made up. */
  private final Set<String> foreign = new HashSet<>();

  /** The cycle of each process that the machine ran. */
  private final Map<String, Long> processes = new HashMap<>();

  private long missed;

  Runs(Evidence evidence, Consumer<Problem> problems) {
    this.truth = evidence.truth();
    this.rows = evidence.rows();
    this.problems = problems;
  }

  void check() {
    Map<Long, String> cycles = new HashMap<>();
    for (Transition row : rows) {
      String process = row.process();
      missed += row.missedRuns();
      if (row.external() && process != null && !processes.containsKey(process)) {
        foreign.add(process);
      }
      if (row.external() || process == null || foreign.contains(process)) {
        continue;
      }
      boolean runs = row.to().equals("processing");
      if (!runs && !processes.containsKey(process)) {
        problem(row, "ends a process that never ran");
        continue;
      }
      Long cycle = processes.putIfAbsent(process, row.cycle());
      if (cycle != null && row.cycle() != null && !cycle.equals(row.cycle())) {
        problem(row, "the same process was run " + cycle + " of the counter before");
      }
      boolean counted = runs && row.cycle() != null;
      String other = counted ? cycles.putIfAbsent(row.cycle(), process) : null;
      if (other != null && !other.equals(process)) {
        problem(row, "the same run was process " + other + " before");
      }
    }
    checkEnds();
  }

  /** A process that runs is left by its own end, or kept. */
  private void checkEnds() {
    String running = null;
    for (Transition row : rows) {
      if (running != null && !row.external() && !running.equals(row.process())) {
        problem(row, "follows on process " + running);
      }
      running = row.to().equals("processing") ? row.process() : null;
    }
  }

  /** Runs in the history; the one that the first contact found is nobody's. */
  long seen() {
    Transition contact = rows.get(0);
    return processes.size() - (contact.to().equals("processing") ? 1L : 0L);
  }

  long missed() {
    return missed;
  }

  /** Runs in the history plus missed ones are the advance of the machine's own counter. */
  void checkConserved() {
    Transition contact = rows.get(0);
    Step last = truth.get(truth.size() - 1);
    long advance = last.cycle() - cycleAt(contact);
    if (seen() + missed != advance) {
      problems.accept(
          Problem.at(
              last.at(),
              seen() + " runs and " + missed + " missed runs, the counter went on by " + advance));
    }
  }

  /** Where the first contact told no cycle, as the counter was not heard, truth has it. */
  private long cycleAt(Transition contact) {
    if (contact.cycle() != null) {
      return contact.cycle();
    }
    long cycle = truth.get(0).cycle();
    for (Step step : truth) {
      cycle = step.at().isAfter(contact.occurredAt()) ? cycle : step.cycle();
    }
    return cycle;
  }

  private void problem(Transition row, String words) {
    problems.accept(Problem.of(row, words));
  }
}
