package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.soak.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A soak that cannot fail proves nothing: each thing that must never be true is shown to it. */
class ComparisonTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");

  private static final List<Step> TRUTH =
      List.of(
          new Step("idle", 0, at(0)),
          new Step("processing", 1, at(1)),
          new Step("complete", 1, at(2)),
          new Step("idle", 1, at(3)),
          new Step("processing", 2, at(4)),
          new Step("error", 2, at(5)),
          new Step("idle", 2, at(6)));

  private final List<Transition> rows =
      new ArrayList<>(
          List.of(
              inferred(row(1, "link_found", "offline → idle", null, 0, 0)),
              row(2, "start", "idle → processing", "a", 1, 1),
              row(3, "complete", "processing → idle", "a", 2, 1),
              row(4, "start", "idle → processing", "b", 4, 2),
              row(5, "error", "processing → error", "b", 5, 2),
              row(6, "reset", "error → idle", null, 6, 2),
              row(7, "link_lost", "idle → offline", null, 9, 2)));

  private final Map<String, Integer> outcomes = new HashMap<>(Map.of("completed", 1, "failed", 1));

  @Test
  void whatIsTrueFits() {
    Comparison comparison = compare();
    assertEquals(List.of(), comparison.problems());
    assertEquals(2, comparison.starts());
    assertEquals(5, comparison.delays().size());
  }

  /** On a loaded host the virtual machine may fail before its row is known. */
  @Test
  void theVirtualMachineMayBeMetInAnyState() {
    rows.subList(0, 5).clear();
    rows.add(0, inferred(row(1, "error", "offline → error", null, 5, 2)));
    renumber();
    Recorded recorded = new Recorded("offline", rows.size(), rows, Map.of());
    assertEquals(List.of(), new Comparison("VIRT-01", TRUTH, recorded, Duration.ZERO).problems());
    assertTrue(problems(recorded).contains("truth begins with"));
  }

  @Test
  void aLostTransitionIsFoundAlsoWhenTheNumbersHaveNoGap() {
    rows.remove(5);
    renumber();
    assertFinds("lost: reset");
  }

  @Test
  void aLostRunIsFound() {
    rows.subList(1, 3).clear();
    renumber();
    assertFinds("recorded is");
    assertFinds("1 starts and 0 missed runs, the counter went on by 2");
  }

  @Test
  void aTransitionWrittenTwiceIsFound() {
    rows.add(3, rows.get(2));
    renumber();
    assertFinds("complete: processing → idle");
  }

  @Test
  void aWholeRunTooManyIsFound() {
    rows.addAll(6, List.of(rows.get(1), rows.get(2)));
    renumber();
    assertFinds("2 more than truth has");
    assertFinds("not a process of its own");
  }

  @Test
  void aSwapIsFound() {
    rows.add(1, rows.remove(2));
    renumber();
    assertFinds("after idle comes seq 2, complete: processing → idle");
    assertFinds("dated before the one before it");
  }

  @Test
  void aGapInTheNumbersIsFound() {
    rows.remove(5);
    assertFinds("state_seq 7 where 6 is next");
  }

  @Test
  void aRowThatIsNotTheHistorysEndIsFound() {
    rows.remove(6);
    rows.remove(5);
    Recorded recorded = new Recorded("idle", 5, rows, outcomes);
    assertTrue(problems(recorded).contains("history ends with error, 5; the row is"));
  }

  @Test
  void anotherRunsNumberIsFound() {
    rows.set(3, row(4, "start", "idle → processing", "b", 4, 3));
    assertFinds("recorded is");
  }

  @Test
  void aWrongOutcomeIsFound() {
    rows.set(2, row(3, "stop", "processing → idle", "a", 2, 1));
    assertFinds("truth is complete");
  }

  @Test
  void anotherRunsEndIsFound() {
    rows.set(4, row(5, "error", "processing → error", "a", 5, 2));
    assertFinds("ends another process than b");
  }

  @Test
  void aRunThatTheViewDoesNotShowIsFound() {
    outcomes.remove("failed");
    assertFinds("process_runs has {completed=1}");
  }

  @Test
  void whatIsMarkedInferredThoughItWasSeenIsFound() {
    rows.set(2, inferred(row(3, "complete", "processing → idle", "a", 2, 1)));
    assertFinds("inferred, though the link never broke");
  }

  @Test
  void aDateThatIsOffIsFoundOnBothSides() {
    for (double seconds : List.of(0.999, 1.101)) {
      rows.set(1, row(2, "start", "idle → processing", "a", seconds, 1));
      assertFinds("ms after");
    }
  }

  private static Instant at(double seconds) {
    return T0.plusMillis(Math.round(seconds * 1000));
  }

  /** Times in seconds; committed 5 ms after the fact. */
  private static Transition row(
      long seq, String event, String edge, String process, double seconds, long cycle) {
    String[] states = edge.split(" → ", 2);
    Instant at = at(seconds);
    return new Transition(
        seq, event, states[0], states[1], process, at, at.plusMillis(5), cycle, 0, false);
  }

  private static Transition inferred(Transition row) {
    return new Transition(
        row.seq(),
        row.event(),
        row.from(),
        row.to(),
        row.process(),
        row.occurredAt(),
        row.recordedAt(),
        row.cycle(),
        row.missedRuns(),
        true);
  }

  private void renumber() {
    for (int i = 0; i < rows.size(); i++) {
      Transition row = rows.get(i);
      rows.set(
          i,
          new Transition(
              i + 1,
              row.event(),
              row.from(),
              row.to(),
              row.process(),
              row.occurredAt(),
              row.recordedAt(),
              row.cycle(),
              row.missedRuns(),
              row.inferred()));
    }
  }

  private Comparison compare() {
    return compare(new Recorded("offline", rows.size(), rows, outcomes));
  }

  private static Comparison compare(Recorded recorded) {
    return new Comparison("PRESS-01", TRUTH, recorded, Duration.ofMillis(100));
  }

  private static String problems(Recorded recorded) {
    return String.join("\n", compare(recorded).problems());
  }

  private void assertFinds(String words) {
    String problems = problems(new Recorded("offline", rows.size(), rows, outcomes));
    assertTrue(problems.contains(words), problems);
  }
}
