package dev.millwright.soak;

import dev.millwright.soak.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds one machine's history against what the machine truly did, run by run, and collects what
 * does not fit. It knows the rules from DESIGN sections 2 to 4, not from the code.
 */
final class Comparison {

  /** DESIGN section 3, the table: event, from and to. */
  private static final Set<String> LEGAL =
      Set.of(
          "start: idle → processing",
          "complete: processing → idle",
          "stop: processing → idle",
          "error: idle → error",
          "error: processing → error",
          "error: offline → error",
          "reset: error → idle",
          "link_lost: idle → offline",
          "link_lost: processing → offline",
          "link_lost: error → offline",
          "link_found: offline → idle",
          "link_found: offline → processing");

  /** Enough of them to see what is wrong. */
  private static final int PROBLEMS_LIMIT = 5;

  private final String machine;
  private final List<Step> truth;
  private final Recorded recorded;
  private final Duration tolerance;
  private final List<String> problems = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final Map<String, Integer> outcomes = new HashMap<>();
  private long starts;

  /**
   * @param tolerance how long after the fact a transition may be dated
   */
  Comparison(String machine, List<Step> truth, Recorded recorded, Duration tolerance) {
    this.machine = machine;
    this.truth = truth;
    this.recorded = recorded;
    this.tolerance = tolerance;
    if (recorded == null || recorded.transitions().isEmpty()) {
      problem("nothing is recorded");
      return;
    }
    checkChain();
    checkEvents();
    checkRuns();
  }

  /** What does not fit, in words; empty when all agrees. */
  List<String> problems() {
    return problems;
  }

  /** From the fact to the committed row, for each transition. */
  List<Duration> delays() {
    return delays;
  }

  /** How many runs the history says began while the machine was watched. */
  long starts() {
    return starts;
  }

  /** I5 and the table of DESIGN section 3. */
  private void checkChain() {
    String status = "offline";
    long seq = 0;
    Instant before = Instant.MIN;
    for (Transition row : recorded.transitions()) {
      seq++;
      if (row.seq() != seq) {
        problem("state_seq " + row.seq() + " where " + seq + " is next");
        return;
      }
      String edge = row.event() + ": " + row.from() + " → " + row.to();
      if (!LEGAL.contains(edge) || !row.from().equals(status)) {
        problem("after " + status + " comes seq " + seq + ", " + edge);
      }
      if (row.inferred() && seq > 1) {
        problem("inferred, though the link never broke: " + row);
      }
      if (row.occurredAt().isBefore(before)) {
        problem("dated before the one before it: " + row);
      }
      status = row.to();
      before = row.occurredAt();
    }
    if (recorded.stateSeq() != seq || !recorded.status().equals(status)) {
      problem("history ends with " + status + ", " + seq + "; the row is " + recorded);
    }
  }

  private void checkEvents() {
    List<Transition> rows = new ArrayList<>(recorded.transitions());
    Transition contact = rows.remove(0);
    // A machine that is found in error has an error event of it.
    boolean found = contact.event().equals("link_found") || contact.to().equals("error");
    if (!found || !contact.inferred()) {
      problem("first contact is " + contact);
    }
    // The daemon's own end, if it has ended.
    if (!rows.isEmpty() && rows.get(rows.size() - 1).event().equals("link_lost")) {
      rows.remove(rows.size() - 1);
    }
    int base = base(contact);
    starts = rows.stream().filter(row -> row.event().equals("start")).count();
    long missed = rows.stream().mapToLong(Transition::missedRuns).sum();
    long counted = truth.get(truth.size() - 1).cycle() - truth.get(base).cycle();
    if (starts + missed != counted) {
      problem(starts + " starts and " + missed + " missed runs, the counter went on by " + counted);
    }
    int next = 0;
    for (int i = base + 1; i < truth.size(); i++) {
      String event = truth.get(i).eventAfter(truth.get(i - 1));
      if (event != null) {
        Transition row = next < rows.size() ? rows.get(next) : null;
        next++;
        check(event, truth.get(i), row);
      }
    }
    if (next < rows.size()) {
      problem((rows.size() - next) + " more than truth has, the first is " + rows.get(next));
    }
  }

  /**
   * Which step the first contact found. The plant's machines wait for it; the virtual one begins
   * with the daemon, and may have taken a step before its row was known.
   */
  private int base(Transition contact) {
    for (int i = 0; i < truth.size(); i++) {
      Step step = truth.get(i);
      if (step.status().equals(contact.to())
          && Long.valueOf(step.cycle()).equals(contact.cycle())
          && (i == 0 || machine.startsWith("VIRT"))) {
        return i;
      }
    }
    problem("first contact is " + contact + ", truth begins with " + truth.get(0));
    return 0;
  }

  private void check(String event, Step step, Transition row) {
    if (row == null) {
      problem("lost: " + event + " of " + step);
      return;
    }
    if (!row.event().equals(event)
        || !row.to().equals(step.status())
        || !Long.valueOf(step.cycle()).equals(row.cycle())) {
      problem("truth is " + event + " of " + step + ", recorded is " + row);
    }
    Duration late = Duration.between(step.at(), row.occurredAt());
    if (late.isNegative() || late.compareTo(tolerance) > 0) {
      problem("dated " + late.toMillis() + " ms after " + step + ": " + row);
    }
    delays.add(Duration.between(step.at(), row.recordedAt()));
  }

  /** One process per run, from its start to its end, and the same in the view process_runs. */
  private void checkRuns() {
    Set<String> known = new HashSet<>();
    String running = null;
    String mark = "";
    for (Transition row : recorded.transitions()) {
      if (row.to().equals("processing")) {
        running = row.process();
        mark = row.inferred() ? ", inferred" : "";
        if (running == null || !known.add(running)) {
          problem("not a process of its own: " + row);
        }
      } else if (running != null) {
        if (!running.equals(row.process())) {
          problem("ends another process than " + running + ": " + row);
        }
        outcomes.merge(outcome(row.event()) + mark, 1, Integer::sum);
        running = null;
      }
    }
    if (running != null) {
      outcomes.merge("running" + mark, 1, Integer::sum);
    }
    if (!outcomes.equals(recorded.outcomes())) {
      problem("process_runs has " + recorded.outcomes() + ", the history " + outcomes);
    }
  }

  private static String outcome(String event) {
    return switch (event) {
      case "complete" -> "completed";
      case "stop" -> "stopped";
      case "error" -> "failed";
      default -> "unknown";
    };
  }

  private void problem(String words) {
    if (problems.size() < PROBLEMS_LIMIT) {
      problems.add(machine + ": " + words);
    }
  }
}
