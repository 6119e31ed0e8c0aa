package dev.millwright.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.audit.Conduct.ForeignWrite;
import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Recorded.Row;
import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An audit that cannot fail proves nothing: each thing that must never be true is shown to it. */
class AuditTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final Duration DATED = Duration.ofMillis(100);
  private static final Duration NOTICED = Duration.ofMillis(500);
  private static final Duration STALE_AFTER = Duration.ofSeconds(2);

  /** Two runs while all is well, one more that nobody sees, and one that is met under way. */
  private final List<Step> truth =
      new ArrayList<>(
          List.of(
              new Step("idle", 0, at(0)),
              new Step("processing", 1, at(1)),
              new Step("complete", 1, at(2)),
              new Step("idle", 1, at(3)),
              new Step("processing", 2, at(4)),
              new Step("error", 2, at(5)),
              new Step("idle", 2, at(6)),
              new Step("processing", 3, at(20)),
              new Step("stopped", 3, at(21)),
              new Step("idle", 3, at(22)),
              new Step("processing", 4, at(23)),
              new Step("complete", 4, at(30)),
              new Step("idle", 4, at(31)),
              new Step("processing", 5, at(33)),
              new Step("complete", 5, at(34)),
              new Step("idle", 5, at(35))));

  private final List<Transition> rows =
      new ArrayList<>(
          List.of(
              inferred(row("link_found: offline → idle", null, 0.1, 0), null, 0.1),
              row("start: idle → processing", "a", 1, 1),
              row("complete: processing → idle", "a", 2, 1),
              row("start: idle → processing", "b", 4, 2),
              row("error: processing → error", "b", 5, 2),
              row("reset: error → idle", null, 6, 2),
              row("link_lost: idle → offline", null, 14, 2),
              inferred(row("link_found: offline → idle", null, 25.1, 2), 11.9, 25.1),
              missed(inferred(row("start: idle → processing", "d", 25.1, 4), 11.9, 25.1), 1),
              row("complete: processing → idle", "d", 30, 4),
              row("start: idle → processing", "e", 33, 5),
              row("complete: processing → idle", "e", 34, 5)));

  private final List<Disturbance> disturbances =
      new ArrayList<>(List.of(Disturbance.of(Kind.BLIND, "port closed", at(12), at(25))));

  private final List<Instant> settled = new ArrayList<>();
  private final List<ForeignWrite> writes = new ArrayList<>();
  private Map<String, Integer> outcomes =
      Map.of("completed", 2, "failed", 1, "completed, inferred", 1);

  @Test
  void whatIsTrueFits() {
    Audit audit = audit();
    assertEquals(List.of(), audit.problems());
    assertEquals(4, audit.runs());
    assertEquals(1, audit.missed());
    assertEquals(3, audit.inferred());
    assertEquals(8, audit.delays().size());
  }

  @Test
  void nothingRecordedIsFound() {
    assertTrue(words(new Audit(truth, null, null)).contains("nothing is recorded"));
  }

  // I5 and the table of DESIGN section 3

  @Test
  void aGapInTheNumbersIsFound() {
    rows.remove(5);
    assertFinds("state_seq 7 where 6 is next");
  }

  @Test
  void aRowThatDoesNotFollowOnTheOneBeforeIsFound() {
    rows.remove(5);
    renumber();
    assertFinds("link_lost  idle → offline", "does not follow on error");
    assertFinds("lost: reset");
  }

  @Test
  void anIllegalWayIsFound() {
    replace(5, "complete: error → idle");
    assertFinds("is none of the ways");
  }

  @Test
  void aTransitionIdThatIsThereTwiceIsFound() {
    Transition row = rows.get(2);
    rows.set(2, with(row, row.seq(), rows.get(1).id()));
    assertFinds("has another's transition id");
  }

  @Test
  void aRowThatIsNotTheHistorysEndIsFound() {
    Row row = new Row("idle", 11, "t12", null, at(34));
    assertTrue(words(audit(row)).contains("is the end of the history, but the row is"));
    assertTrue(words(audit(new Row("idle", 12, "t12", "e", at(33)))).contains("but the row is"));
    assertTrue(words(audit(new Row("idle", 12, "t11", null, at(34)))).contains("but the row is"));
  }

  @Test
  void aRowThatDoesNotSayWhatTheMachineShowsIsFound() {
    truth.add(new Step("processing", 6, at(36)));
    assertFinds("the row says idle, the machine shows Step[state=processing, cycle=6");
  }

  @Test
  void aViewThatCountsRunsOtherwiseIsFound() {
    outcomes = Map.of("completed", 3, "failed", 1);
    assertFinds("process_runs has");
  }

  // I3: exactly once, in order

  @Test
  void aStepThatIsMissingIsFoundAlsoWhenTheRestFits() {
    replace(9, "stop: processing → idle");
    assertFinds("truth has no such step");
    assertFinds("lost: complete of Step[state=complete, cycle=4");
  }

  @Test
  void aWholeRunThatIsMissingIsFound() {
    rows.subList(1, 3).clear();
    renumber();
    assertFinds("lost: start of Step[state=processing, cycle=1");
    assertFinds("3 runs and 1 missed runs, the counter went on by 5");
  }

  @Test
  void aRunToldTwiceIsFound() {
    rows.addAll(3, List.of(rows.get(1), rows.get(2)));
    renumber();
    assertFinds("start  idle → processing  cycle=1", "is told a second time");
  }

  @Test
  void aRunToldTwiceUnderAnotherProcessIsFound() {
    rows.addAll(
        3,
        List.of(
            row("start: idle → processing", "x", 2.1, 1),
            row("complete: processing → idle", "x", 2.2, 1)));
    renumber();
    assertFinds("the same run was process a before");
    assertFinds("5 runs and 1 missed runs");
  }

  @Test
  void aRunThatTruthDoesNotHaveIsFound() {
    rows.addAll(
        12,
        List.of(
            row("start: idle → processing", "x", 35, 6),
            row("complete: processing → idle", "x", 36, 6)));
    renumber();
    assertFinds("truth has no such step");
  }

  @Test
  void aRowDatedBeforeTheOneBeforeItIsFound() {
    replace(4, row("error: processing → error", "b", 3.9, 2));
    assertFinds("is dated before the one before it");
  }

  // Times

  @Test
  void aDateThatIsOffIsFoundOnBothSides() {
    for (double seconds : List.of(0.999, 1.101)) {
      replace(1, row("start: idle → processing", "a", seconds, 1));
      assertFinds("ms after the fact");
    }
  }

  /** What happened while nobody could see is dated when it was seen, while it was still so. */
  @Test
  void whatIsSeenLateIsDatedWhileItWasStillShown() {
    disturbances.add(Disturbance.of(Kind.HURT, "delay", at(3.9), at(4.2)));
    replace(3, row("start: idle → processing", "b", 4.9, 2));
    assertEquals(List.of(), audit().problems());
    replace(3, row("start: idle → processing", "b", 5.6, 2));
    assertFinds("ms after the fact");
  }

  /** A row that was dated late, for a reason, may keep the next one from its own date. */
  @Test
  void nothingIsDatedBeforeTheOneBeforeIt() {
    disturbances.add(Disturbance.of(Kind.HURT, "delay", at(30), at(32.9)));
    replace(9, row("complete: processing → idle", "d", 33.05, 4));
    replace(10, row("start: idle → processing", "e", 33.05, 5));
    assertEquals(List.of(), audit().problems());
    replace(10, row("start: idle → processing", "e", 33.2, 5));
    assertFinds("ms after the fact");
  }

  // Runs

  @Test
  void anotherRunsEndIsFound() {
    replace(4, row("error: processing → error", "a", 5, 2));
    assertFinds("follows on process b");
    assertFinds("the same process was run 1 of the counter before");
  }

  @Test
  void anEndOfARunThatNeverWasIsFound() {
    replace(5, row("reset: error → idle", "z", 6, 2));
    assertFinds("ends a process that never ran");
  }

  @Test
  void aMissedRunThatIsNotSaidIsFound() {
    rows.set(8, missed(rows.get(8), 0));
    assertFinds("4 runs and 0 missed runs, the counter went on by 5");
  }

  /** A link that was lost does not end a run: it goes on under its number. */
  @Test
  void aRunThatGoesOnUnderAnotherNumberIsFound() {
    keepRunning("d");
    assertEquals(List.of(), audit().problems());
    setUp();
    keepRunning("x");
    assertFinds("the same run was process d before");
  }

  private void keepRunning(String process) {
    disturbances.add(Disturbance.of(Kind.BLIND, "server stopped", at(26), at(29)));
    rows.add(9, row("link_lost: processing → offline", "d", 28, 4));
    rows.add(10, inferred(row("link_found: offline → processing", process, 29.2, 4), 25.9, 29.2));
    replace(11, row("complete: processing → idle", process, 30, 4));
    renumber();
  }

  private void setUp() {
    rows.remove(10);
    rows.remove(9);
    replace(9, row("complete: processing → idle", "d", 30, 4));
    renumber();
  }

  // I4: nothing claimed that is not known

  @Test
  void whatIsInferredThoughNothingWasTheMatterIsFound() {
    rows.set(2, inferred(rows.get(2), 1.5, 2.));
    assertFinds("is inferred, though nothing was the matter");
  }

  @Test
  void whatIsInferredWithoutAWindowIsFound() {
    rows.set(8, inferred(rows.get(8), null, 25.1));
    assertFinds("without a whole window");
  }

  @Test
  void whatIsFoundAndNotMarkedIsFound() {
    replace(7, row("link_found: offline → idle", null, 25.1, 2));
    assertFinds("is not marked inferred");
  }

  @Test
  void aWindowInWhichItDidNotHappenIsFound() {
    rows.set(8, missed(inferred(rows.get(8), 11.9, 20.5), 1));
    assertFinds("which is not in its window");
  }

  @Test
  void aStateThatTheMachineDidNotShowWhenItWasFoundIsFound() {
    rows.remove(8);
    renumber();
    replace(8, "complete: processing → idle");
    assertFinds("link_found  offline → idle", "is not what the machine showed then");
  }

  @Test
  void aLostLinkThatWasNotLostIsFound() {
    disturbances.clear();
    assertFinds("link_lost  idle → offline", "though nothing was the matter");
    assertFinds("lost: start of Step[state=processing, cycle=3");
  }

  @Test
  void aMachineThatIsNotOfflineInTimeIsFound() {
    replace(6, row("link_lost: idle → offline", null, 15.1, 2));
    assertFinds("still claimed at 2026-11-20T09:00:14.700Z");
  }

  /** It was said in time, and what was held up on its way is dated back. */
  @Test
  void whatWasHeldUpAndIsDatedBackWasNotClaimedThen() {
    rows.add(7, inferred(row("link_found: offline → idle", null, 14.2, 2), 11.9, 14.2));
    rows.add(8, row("start: idle → processing", "c", 14.65, 3));
    renumber();
    assertTrue(
        audit().problems().stream().noneMatch(p -> p.words().contains("still claimed")),
        () -> words(audit()));
  }

  /** One fault, told as an end of which nobody knows how, and an error. */
  @Test
  void aFaultMayBeToldAsAnEndAndAnError() {
    disturbances.add(Disturbance.of(Kind.HURT, "delay", at(3.9), at(5.2)));
    replace(4, unknown(inferred(row("stop: processing → idle", "b", 5.1, 2), 4.5, 5.1)));
    rows.add(5, inferred(row("error: idle → error", null, 5.1, 2), 4.5, 5.1));
    outcomes = Map.of("completed", 2, "unknown, inferred", 1, "completed, inferred", 1);
    renumber();
    assertEquals(List.of(), audit().problems());
    replace(5, inferred(row("error: idle → error", null, 5.15, 2), 4.5, 5.15));
    assertFinds("is told a second time");
  }

  /** A clock that is put back later dates nothing into the time when the machine was offline. */
  @Test
  void whatALaterClockSaysWasNotClaimedThen() {
    disturbances.add(
        new Disturbance(Kind.CLOCK, "20 s back", at(32.5), at(36), Duration.ofSeconds(-20)));
    replace(10, row("start: idle → processing", "e", 13, 5));
    replace(11, row("complete: processing → idle", "e", 14, 5));
    for (int k : List.of(10, 11)) {
      rows.set(k, recorded(rows.get(k), at(23 + k)));
    }
    assertEquals(List.of(), audit().problems());
  }

  /** What is concluded afterwards may be dated back, into the time when nobody knew it. */
  @Test
  void whatIsConcludedLaterWasNotClaimedThen() {
    rows.set(7, inferred(row("link_found: offline → idle", null, 13, 2), 11.9, 25.1));
    rows.set(6, row("link_lost: idle → offline", null, 12.5, 2));
    renumber();
    assertEquals(List.of(), audit().problems());
  }

  /**
   * The daemon being dead excuses that the row says what it said; a stepped clock that it is late.
   */
  @Test
  void nobodyIsThereToSayThatAMachineIsOffline() {
    disturbances.add(Disturbance.of(Kind.AWAY, "killed", at(11.5), at(24)));
    rows.remove(6);
    replace(6, row("start: idle → processing", "d", 25.1, 4));
    rows.remove(7);
    rows.set(6, missed(inferred(rows.get(6), 11.9, 25.1), 1));
    renumber();
    assertEquals(List.of(), audit().problems());
  }

  /** Once it has told a step that was made after the disturbance, it has to tell all. */
  @Test
  void aStepThatIsMissingAfterTheDaemonSawAgainIsFound() {
    rows.subList(10, 12).clear();
    Transition complete = rows.get(9);
    rows.set(9, complete);
    rows.add(inferred(row("start: idle → processing", "e", 34, 5), 33.5, 34.));
    rows.add(row("complete: processing → idle", "e", 34, 5));
    renumber();
    assertFinds("is inferred, though nothing was the matter");
    rows.subList(10, 12).clear();
    assertFinds("lost: start of Step[state=processing, cycle=5");
    disturbances.add(Disturbance.of(Kind.HURT, "noise", at(32), at(33)));
    String words = words(audit());
    assertTrue(!words.contains("lost: start"), words);
  }

  /** All was found to be told at 32 s, so nothing after that is excused by what was before. */
  @Test
  void whatWasSettledExcusesNothingLater() {
    disturbances.add(Disturbance.of(Kind.HURT, "noise", at(26), at(29.8)));
    rows.subList(9, 12).clear();
    rows.add(inferred(row("complete: processing → idle", "d", 30.2, 4), 25.1, 30.2));
    outcomes = Map.of("completed", 1, "failed", 1, "completed, inferred", 1);
    renumber();
    truth.subList(13, 16).clear();
    assertEquals(List.of(), audit().problems());
    truth.add(new Step("processing", 5, at(33)));
    assertTrue(!words(audit()).contains("lost:"));
    settled.add(at(32));
    assertFinds("lost: start of Step[state=processing, cycle=5");
  }

  /** A machine that talks unasked shows nothing before it speaks: its row may fit by chance. */
  @Test
  void whatFitsBeforeAnythingWasSeenAgainProvesNothing() {
    disturbances.add(Disturbance.of(Kind.BLIND, "port closed", at(36), at(36.3)));
    settled.add(at(36.5));
    truth.add(new Step("processing", 6, at(36.7)));
    truth.add(new Step("complete", 6, at(37.5)));
    truth.add(new Step("idle", 6, at(37.9)));
    truth.add(new Step("processing", 7, at(38.3)));
    rows.add(missed(row("start: idle → processing", "g", 38.3, 7), 1));
    renumber();
    outcomes = Map.of("completed", 2, "failed", 1, "completed, inferred", 1, "running", 1);
    assertEquals(List.of(), audit().problems());
    disturbances.remove(disturbances.size() - 1);
    assertFinds("lost: start of Step[state=processing, cycle=6");
  }

  /** While the counter is in doubt no cycle is told; the process says which run it is. */
  @Test
  void anEndWithoutACycleIsItsProcesss() {
    disturbances.add(Disturbance.of(Kind.BLIND, "server stopped", at(28), at(31.9)));
    rows.set(9, row("link_lost: processing → offline", "d", 29.5, 4));
    rows.add(10, withoutCycle(inferred(row("stop: offline → idle", "d", 32, 4), 27.9, 32.0)));
    rows.set(10, unknown(rows.get(10)));
    renumber();
    outcomes = Map.of("completed", 2, "failed", 1, "unknown, inferred", 1);
    assertEquals(List.of(), audit().problems());
    rows.set(10, inferred(rows.get(10), 30.6, 32.0));
    assertFinds("happened at 2026-11-20T09:00:30Z, which is not in its window");
  }

  @Test
  void aStartWithoutACycleIsItsProcesssAsLaterRowsTellIt() {
    rows.set(1, withoutCycle(rows.get(1)));
    assertEquals(List.of(), audit().problems());
    rows.set(2, withoutCycle(rows.get(2)));
    assertEquals(List.of(), audit().problems(), "it is the run after the last one told");
    rows.set(0, withoutCycle(rows.get(0)));
    assertFinds("start  idle → processing", "truth has no such step");
  }

  /** It was seen to fail while the counter was in doubt, and the reset was concluded later. */
  @Test
  void aResetWithoutACycleIsOfTheLastRunTold() {
    rows.set(5, withoutCycle(rows.get(5)));
    assertEquals(List.of(), audit().problems());
    rows.add(6, rows.get(5));
    renumber();
    assertFinds("reset  error → idle  cycle=null", "is told a second time");
  }

  // Other writers

  @Test
  void aForeignWriteIsPutRightAndTheRunGoesOn() {
    foreignWriteAt27("d");
    assertEquals(List.of(), audit().problems());
  }

  @Test
  void aRunThatGoesOnUnderAnotherNumberAfterAForeignWriteIsFound() {
    foreignWriteAt27("x");
    assertFinds("the same run was process d before");
  }

  /** Two writes in a row: a run that nobody ran, and the link lost; the end of it is no step. */
  @Test
  void theEndOfAMadeUpRunIsNotTheLastOnesToldAgain() {
    rows.add(6, row("external: idle → processing", "x", 7, 2));
    rows.add(7, row("external: processing → offline", "x", 7.1, 2));
    rows.add(8, unknown(inferred(row("stop: offline → idle", "x", 8, 2), 7.9, 8.0)));
    renumber();
    writes.add(new ForeignWrite(at(7), at(7.05), 7L));
    writes.add(new ForeignWrite(at(7.1), at(7.15), 8L));
    assertEquals(List.of(), audit().problems());
    rows.subList(6, 8).clear();
    renumber();
    writes.clear();
    assertFinds("stop  offline → idle", "is told a second time");
  }

  /** The machine failed and was reset unseen, then another wrote that it has failed. */
  @Test
  void theResetOfAnothersErrorIsNotTheMachinesOwn() {
    truth.add(new Step("processing", 6, at(36)));
    truth.add(new Step("error", 6, at(37)));
    truth.add(new Step("idle", 6, at(38)));
    disturbances.add(Disturbance.of(Kind.BLIND, "port closed", at(35.9), at(40)));
    disturbances.add(Disturbance.of(Kind.AWAY, "daemon killed", at(41.1), at(41.9)));
    rows.add(row("link_lost: idle → offline", null, 37.9, 5));
    rows.add(inferred(row("link_found: offline → idle", null, 40.1, 5), 35.8, 40.1));
    rows.add(inferred(row("start: idle → processing", "f", 40.1, 6), 35.8, 40.1));
    rows.add(unknown(inferred(row("stop: processing → idle", "f", 40.1, 6), 35.8, 40.1)));
    rows.add(row("external: idle → error", null, 41, 6));
    rows.add(inferred(row("reset: error → idle", null, 42, 6), 40.9, 42.0));
    renumber();
    writes.add(new ForeignWrite(at(41), at(41.05), 17L));
    outcomes =
        Map.of("completed", 2, "failed", 1, "completed, inferred", 1, "unknown, inferred", 1);
    assertEquals(List.of(), audit().problems());
    truth.add(new Step("processing", 7, at(41)));
    assertFinds("puts right what another wrote, but not to what the machine showed then");
  }

  @Test
  void aForeignWriteThatNobodyMadeIsFound() {
    foreignWriteAt27("d");
    writes.clear();
    assertFinds("nobody else wrote that");
  }

  @Test
  void aForeignWriteThatIsLostIsFound() {
    writes.add(new ForeignWrite(at(27), at(27.1), 99L));
    assertFinds("lost: the other writer's seq 99");
  }

  @Test
  void aForeignWriteThatIsPutWrongIsFound() {
    foreignWriteAt27("d");
    rows.subList(10, 13).clear();
    rows.add(row("error: idle → error", null, 27.2, 4));
    rows.add(row("reset: error → idle", null, 29, 4));
    renumber();
    assertFinds("but not to what the machine showed then");
  }

  /** The database is away when the daemon would find out, and the row fits by chance. */
  @Test
  void aForeignWriteThatIsFoundOutLateExcusesUntilThen() {
    rows.subList(9, rows.size()).clear();
    rows.add(row("external: processing → processing", "d", 27, 4));
    rows.add(unknown(inferred(row("stop: processing → idle", "d", 35, 4), 25.1, 35.0)));
    rows.add(missed(inferred(row("start: idle → processing", "f", 38, 6), 25.1, 38.0), 1));
    renumber();
    truth.add(new Step("processing", 6, at(37)));
    writes.add(new ForeignWrite(at(27), at(27.05), 10L));
    settled.add(at(28));
    outcomes = Map.of("completed", 1, "failed", 1, "unknown, inferred", 1, "running, inferred", 1);
    assertEquals(List.of(), audit().problems());
    settled.add(at(33.1));
    assertFinds("lost: complete of Step[state=complete, cycle=5");
  }

  /** It excuses what was not delivered just then, and nothing else. */
  @Test
  void aStepLongAfterAForeignWriteThatIsMissingIsFound() {
    foreignWriteAt27("d");
    rows.subList(12, 14).clear();
    assertFinds("lost: start of Step[state=processing, cycle=5");
  }

  private void foreignWriteAt27(String process) {
    writes.add(new ForeignWrite(at(27), at(27.05), 11L));
    rows.add(10 - 0, rows.get(9));
    rows.set(9, row("complete: processing → idle", process, 30, 4));
    rows.subList(9, rows.size()).clear();
    rows.add(row("external: processing → idle", "d", 27, 4));
    rows.add(row("start: idle → processing", process, 27.2, 4));
    rows.add(row("complete: processing → idle", process, 30, 4));
    rows.add(row("start: idle → processing", "e", 33, 5));
    rows.add(row("complete: processing → idle", "e", 34, 5));
    renumber();
    writes.set(writes.size() - 1, new ForeignWrite(at(27), at(27.05), 10L));
  }

  // Clocks

  @Test
  void aSteppedClockExcusesDatesAndNothingElse() {
    replace(3, row("start: idle → processing", "b", 3604, 2));
    assertFinds("ms after the fact");
    disturbances.add(
        new Disturbance(Kind.CLOCK, "an hour ahead", at(3.5), at(4.5), Duration.ofHours(1)));
    assertEquals(List.of(), audit().problems());
    rows.subList(1, 3).clear();
    renumber();
    assertFinds("lost: start of Step[state=processing, cycle=1");
  }

  private static Instant at(double seconds) {
    return T0.plusMillis(Math.round(seconds * 1000));
  }

  /** Recorded 5 ms after the fact. */
  private static Transition row(String edge, String process, double seconds, long cycle) {
    String[] parts = edge.split(": | → ", 3);
    Instant at = at(seconds);
    return new Transition(
        0,
        "",
        parts[0],
        parts[1],
        parts[2],
        process,
        at,
        at.plusMillis(5),
        cycle,
        0,
        false,
        null,
        null,
        false);
  }

  private static Transition inferred(Transition row, Double after, Double before) {
    Instant since = after == null ? null : at(after);
    return copy(row, row.recordedAt(), row.missedRuns(), true, since, at(before), row.unknown());
  }

  private static Transition withoutCycle(Transition row) {
    return new Transition(
        row.seq(),
        row.id(),
        row.event(),
        row.from(),
        row.to(),
        row.process(),
        row.occurredAt(),
        row.recordedAt(),
        null,
        row.missedRuns(),
        row.inferred(),
        row.after(),
        row.before(),
        row.unknown());
  }

  private static Transition missed(Transition row, long runs) {
    return copy(
        row, row.recordedAt(), runs, row.inferred(), row.after(), row.before(), row.unknown());
  }

  private static Transition unknown(Transition row) {
    return copy(
        row, row.recordedAt(), row.missedRuns(), row.inferred(), row.after(), row.before(), true);
  }

  private static Transition recorded(Transition row, Instant at) {
    return copy(
        row, at, row.missedRuns(), row.inferred(), row.after(), row.before(), row.unknown());
  }

  private static Transition copy(
      Transition row,
      Instant recordedAt,
      long missed,
      boolean inferred,
      Instant after,
      Instant before,
      boolean unknown) {
    return new Transition(
        row.seq(),
        row.id(),
        row.event(),
        row.from(),
        row.to(),
        row.process(),
        row.occurredAt(),
        recordedAt,
        row.cycle(),
        missed,
        inferred,
        after,
        before,
        unknown);
  }

  private static Transition with(Transition row, long seq, String id) {
    return new Transition(
        seq,
        id,
        row.event(),
        row.from(),
        row.to(),
        row.process(),
        row.occurredAt(),
        row.recordedAt(),
        row.cycle(),
        row.missedRuns(),
        row.inferred(),
        row.after(),
        row.before(),
        row.unknown());
  }

  private void replace(int k, Transition row) {
    rows.set(k, with(row, rows.get(k).seq(), rows.get(k).id()));
  }

  /** The same on another edge. */
  private void replace(int k, String edge) {
    Transition row = rows.get(k);
    double seconds = Duration.between(T0, row.occurredAt()).toMillis() / 1000.;
    replace(k, row(edge, row.process(), seconds, row.cycle()));
  }

  {
    renumber();
  }

  private void renumber() {
    for (int k = 0; k < rows.size(); k++) {
      rows.set(k, with(rows.get(k), k + 1, "t" + (k + 1)));
    }
  }

  private Audit audit() {
    Transition last = rows.get(rows.size() - 1);
    String process = last.to().equals("processing") ? last.process() : null;
    return audit(new Row(last.to(), last.seq(), last.id(), process, last.occurredAt()));
  }

  private Audit audit(Row row) {
    Conduct conduct = new Conduct(DATED, NOTICED, STALE_AFTER, disturbances, settled, writes);
    return new Audit(truth, new Recorded(row, rows, outcomes), conduct);
  }

  private static String words(Audit audit) {
    return String.join("\n", audit.problems().stream().map(Problem::toString).toList());
  }

  /** One problem has all of these words. */
  private void assertFinds(String... words) {
    List<Problem> problems = audit().problems();
    assertTrue(
        problems.stream()
            .anyMatch(p -> List.of(words).stream().allMatch(w -> p.words().contains(w))),
        () -> String.join(", ", words) + " is not among\n" + words(audit()));
  }
}
