package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Known;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import dev.millwright.store.Row;
import dev.millwright.testing.MemoryWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** I4 above all: a row never claims what nobody knows. And whatever happens, runs are conserved. */
class MachineMonitorTest {

  private static final int IDLE = 0;
  private static final int RUNS = 1;
  private static final int DONE = 3;
  private static final int FAILED = 9;

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor press = scene.monitor("PRESS-01");
  private final Row row = Scene.newRow("PRESS-01");

  @BeforeEach
  void forget() {
    MemoryWriter.clear();
  }

  /** With the database away at start, nothing is known to decide on. */
  @Test
  void withoutItsRowNothingIsDecided() throws Exception {
    show(RUNS, 5);
    scene.pass(Duration.ofHours(1));
    press.checkStaleness();
    press.leave();
    assertEquals("", scene.events());
  }

  @Test
  void aRunIsSeenFromItsStartToItsEnd() throws Exception {
    press.look(row);
    show(IDLE, 5);
    show(RUNS, 6);
    show(RUNS, 6);
    show(DONE, 6);
    show(IDLE, 6);
    assertEquals("link_found start complete", scene.events());
    Transition start = scene.pending().get(1);
    assertNull(start.detail().inferred());
    assertEquals(6L, start.detail().cycle());
    assertTrue(log().get(3).contains("idle → processing"), log().get(3));
    assertTrue(log().get(3).endsWith("(state 0 → 1)  seq=2"), log().get(3));
  }

  /** From the machine's tag to the journal, and after a restart on from there. */
  @Test
  void aBatchIsToldUntilTheRunHasEnded() throws Exception {
    press.look(row);
    showBatch(IDLE, 5, "");
    showBatch(RUNS, 6, "B-7");
    showBatch(DONE, 6, "B-8");
    assertEquals("link_found start complete", scene.events());
    assertEquals(
        Arrays.asList(null, "B-7", "B-7"),
        scene.pending().stream().map(t -> t.detail().batch()).toList());
  }

  private void showBatch(int state, long counter, String batch) throws Exception {
    Map<String, TagValue> values = new HashMap<>(Scene.shows("PRESS-01", state, counter).values());
    values.put("batch", TagValue.good(batch, null));
    press.observe(new Observation("PRESS-01", values));
  }

  /** I4: silence ends in offline, with the reason, and the run that goes on keeps its name. */
  @Test
  void silenceBeyondTheLimitIsOffline() throws Exception {
    running();
    UUID process = scene.pending().get(1).to().processId();
    scene.pass(Scene.STALE_AFTER);
    press.checkStaleness();
    assertEquals("link_found start", scene.events(), "exactly the limit is not beyond it");
    press.linkDown("PRESS-01: connection refused");
    scene.pass(Duration.ofMillis(1));
    press.checkStaleness();
    press.checkStaleness();
    assertEquals("link_found start link_lost", scene.events());
    Transition lost = scene.pending().get(2);
    assertEquals(Status.OFFLINE, lost.to().status());
    assertEquals(process, lost.to().processId());
    assertEquals(
        "no good data for 3001 ms (stale_after is 3000 ms): PRESS-01: connection refused",
        lost.detail().reason());
  }

  /** I4: other tags that go on coming do not keep a state fresh that is no longer heard. */
  @Test
  void aStateThatIsOnlyCarriedOverGrowsStale() throws Exception {
    running();
    Observation last = Scene.shows("PRESS-01", RUNS, 6);
    String tag = Scene.lifecycleSettings().state().tag();
    for (int second = 1; second <= 3; second++) {
      scene.pass(Duration.ofSeconds(1));
      Duration age = Duration.ofSeconds(second);
      press.observe(new Observation("PRESS-01", last.values(), Map.of(tag, Age.exactly(age))));
      press.checkStaleness();
    }
    scene.pass(Duration.ofMillis(1));
    press.checkStaleness();
    assertTrue(scene.events().endsWith("link_lost"), scene.events());
  }

  /**
   * I4: a reading of several questions may take long. What it says of the state is from when that
   * was read, and does not find a machine again that was told to be lost since.
   */
  @Test
  void aStateIsFromWhenItWasRead() throws Exception {
    running();
    scene.pass(Duration.ofSeconds(2));
    Duration second = Duration.ofSeconds(1);
    press.observe(aged(DONE, 6, Age.exactly(second)));
    Transition complete = scene.pending().get(2);
    assertEquals(Scene.START.plusSeconds(1), complete.to().since());
    assertEquals(Scene.START.plusSeconds(1), press.known().memory().lastContact());
    scene.pass(Duration.ofMillis(2_001));
    press.checkStaleness();
    scene.pass(Duration.ofMillis(500));
    press.observe(aged(RUNS, 7, Age.exactly(second)));
    assertTrue(scene.events().endsWith("complete link_lost"), scene.events());
    show(RUNS, 7);
    assertEquals("start", scene.pending().get(5).event());
  }

  /**
   * I4: what waited in the network while this process stood still was so then; whether it is still
   * so nobody knows. When it happened is told as well as can be, whatever is proved.
   */
  @Test
  void whatMayHaveWaitedProvesNoMoreThanThat() throws Exception {
    running();
    scene.pass(Duration.ofSeconds(2));
    press.observe(aged(DONE, 6, Age.atMost(Duration.ofMillis(1_500))));
    Transition complete = scene.pending().get(2);
    assertEquals(Scene.START.plusSeconds(2), complete.to().since());
    assertEquals(Scene.START.plusMillis(500), press.known().memory().lastContact());
    scene.pass(Duration.ofMillis(1_501));
    press.checkStaleness();
    assertTrue(scene.events().endsWith("complete link_lost"), scene.events());
    press.observe(aged(RUNS, 7, Age.atMost(Duration.ofMillis(1))));
    assertTrue(scene.events().endsWith("complete link_lost"), "sent before: " + scene.events());
    scene.pass(Duration.ofMillis(1));
    press.observe(aged(RUNS, 7, Age.atMost(Duration.ofMillis(1))));
    Transition start = scene.pending().get(scene.pending().size() - 1);
    assertEquals("start", start.event());
    assertEquals(Scene.START.plusMillis(500), start.detail().inferred().after());
  }

  private static Observation aged(int state, long counter, Age age) {
    LifecycleSettings tags = Scene.lifecycleSettings();
    return new Observation(
        "PRESS-01",
        Scene.shows("PRESS-01", state, counter).values(),
        Map.of(tags.state().tag(), age, tags.counter(), age));
  }

  /**
   * Tags that are asked for one after the other may be of two moments. After a gap, a counter of
   * before the start and a state of after it would be the run that was known.
   */
  @Test
  void whatHappenedInAGapIsConcludedFromWhatRepeatsItself() throws Exception {
    running();
    press.linkDown("PRESS-01: connection refused");
    String before = scene.events();
    for (long counter : new long[] {6, 7}) {
      scene.pass(Duration.ofMillis(200));
      press.observe(torn(RUNS, counter));
      assertEquals(before, scene.events());
    }
    scene.pass(Duration.ofMillis(200));
    press.observe(torn(RUNS, 7));
    assertEquals(before + " stop start", scene.events());
    scene.pass(Duration.ofMillis(200));
    press.observe(torn(DONE, 7));
    assertEquals(before + " stop start complete", scene.events(), "nothing is waited for there");
  }

  /** I8: a machine that never shows the same twice is decided upon after a second. */
  @Test
  void whatDoesNotRepeatItselfIsNotWaitedForForEver() throws Exception {
    running();
    press.linkDown("PRESS-01: connection refused");
    String before = scene.events();
    for (int i = 0; i < 6; i++) {
      assertEquals(before, scene.events());
      press.observe(torn(i % 2 == 0 ? RUNS : IDLE, 6));
      scene.pass(Duration.ofMillis(200));
    }
    assertTrue(scene.events().length() > before.length(), scene.events());
  }

  private static Observation torn(int state, long counter) {
    String tag = Scene.lifecycleSettings().counter();
    return new Observation(
        "PRESS-01",
        Scene.shows("PRESS-01", state, counter).values(),
        Map.of(tag, Age.exactly(Duration.ofMillis(20))));
  }

  /** I4: a row that says processing, of a machine that never answers. */
  @Test
  void aMachineThatNeverAnswersGoesOffline() throws Exception {
    MachineState claimed =
        new MachineState(7, Status.PROCESSING, UUID.randomUUID(), Scene.START, null);
    press.look(Scene.row(UUID.randomUUID(), "PRESS-01", claimed, 6L));
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    press.checkStaleness();
    assertTrue(scene.pending().get(0).detail().reason().startsWith("no good data since the start"));
  }

  /** I4: the limit is of the data's age, on a clock that nobody sets. */
  @Test
  void settingTheHostsClockMakesNothingStaleOrFresh() throws Exception {
    running();
    scene.setWall(Scene.START.plusSeconds(86_400));
    press.checkStaleness();
    scene.setWall(Scene.START.minusSeconds(86_400));
    press.checkStaleness();
    assertEquals("link_found start", scene.events());
    show(DONE, 6);
    assertEquals("link_found start complete", scene.events());
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    press.checkStaleness();
    assertEquals("link_found start complete link_lost", scene.events());
  }

  /** I4, FIELD 7: Bad is neither a state nor a sign of life. */
  @Test
  void badDataDrivesNothingAndKeepsNothingAlive() throws Exception {
    running();
    for (int i = 0; i < 40; i++) {
      scene.pass(Duration.ofMillis(100));
      press.observe(Scene.bad("PRESS-01", "Bad_CommunicationError"));
      press.checkStaleness();
    }
    assertEquals("link_found start link_lost", scene.events());
    assertEquals(
        "no good data for 3100 ms (stale_after is 3000 ms):"
            + " tag state is bad: Bad_CommunicationError",
        scene.pending().get(2).detail().reason());
  }

  /** I4: the same run goes on under its name; what was concluded is marked, with its window. */
  @Test
  void theSameRunIsFoundAgainInferred() throws Exception {
    running();
    UUID process = scene.pending().get(1).to().processId();
    loseLink(Duration.ofMinutes(1));
    show(RUNS, 6);
    Transition found = scene.pending().get(3);
    assertEquals("link_found", found.event());
    assertEquals(process, found.to().processId());
    assertEquals(new Window(Scene.START, Scene.START.plusSeconds(60)), found.detail().inferred());
  }

  /** The counter proves runs that nobody saw: starts + missed = the counter's advance. */
  @Test
  void runsDuringAGapAreMissedRuns() throws Exception {
    running();
    loseLink(Duration.ofMinutes(10));
    show(RUNS, 10);
    List<Transition> all = scene.pending();
    Transition start = all.get(all.size() - 1);
    assertEquals("start", start.event());
    assertEquals(3, start.detail().missedRuns(), "7, 8 and 9; 10 is this one");
    assertNotNull(start.detail().inferred());
    assertEquals(10 - 5, accounted(all));
  }

  /** After a gap the counter tells one run from another; noise may have eaten just its answer. */
  @Test
  void afterAGapTheCounterIsWaitedForButNotForLong() throws Exception {
    running();
    loseLink(Duration.ofSeconds(10));
    press.observe(Scene.showsWithoutCounter("PRESS-01", RUNS));
    assertEquals("link_found start link_lost", scene.events());
    scene.pass(Duration.ofMillis(300));
    show(RUNS, 7);
    assertEquals("link_found start link_lost stop start", scene.events());
    loseLink(Duration.ofSeconds(10));
    press.observe(Scene.showsWithoutCounter("PRESS-01", RUNS));
    scene.pass(Duration.ofSeconds(1));
    press.observe(Scene.showsWithoutCounter("PRESS-01", RUNS));
    assertTrue(scene.events().endsWith("link_lost link_found"), scene.events());
  }

  @Test
  void leavingIsOfflineAndFinal() throws Exception {
    running();
    press.leave();
    // A link that could not be stopped in time goes on talking.
    show(DONE, 6);
    show(IDLE, 6);
    scene.pass(Duration.ofHours(1));
    press.checkStaleness();
    press.leave();
    assertEquals("link_found start link_lost", scene.events());
    assertEquals("the daemon was stopped", scene.pending().get(2).detail().reason());
  }

  /** Decision 0011: nothing that was decided on the old row is left, and no run is lost. */
  @Test
  void anotherWriterVoidsWhatWaitsAndTheRunsAreStillAccountedFor() throws Exception {
    press.look(row);
    show(IDLE, 5);
    scene.confirmAll();
    show(RUNS, 6);
    show(DONE, 6);
    show(RUNS, 7);
    press.rebase(Scene.external(row.id(), "PRESS-01", Scene.idle(2), 5L), "start seq=2: no base");
    assertEquals("", scene.events());
    assertTrue(
        log().toString().contains("start seq=2: no base: the row is idle  seq=2 by event external;")
            && log().toString().contains("void: start seq=2 to seq=4"),
        log().toString());
    show(RUNS, 7);
    assertEquals("start", scene.events());
    Transition start = scene.pending().get(0);
    assertEquals(3, start.to().seq());
    assertEquals(1, start.detail().missedRuns());
    assertEquals(7L, start.detail().cycle());
  }

  /** As above, where the row does not say how far it had counted: not one was ever written. */
  @Test
  void runsAreAccountedForAlsoWhereTheRowKnowsNoCounter() throws Exception {
    press.look(row);
    show(IDLE, 5);
    show(RUNS, 6);
    press.rebase(Scene.external(row.id(), "PRESS-01", Scene.idle(1), null), "no base");
    show(RUNS, 6);
    assertEquals("start", scene.events());
    assertEquals(6L, scene.pending().get(0).detail().cycle());
    assertEquals(0, scene.pending().get(0).detail().missedRuns());
  }

  /** Somebody sets a row offline by hand, in the middle of a run: that is not another run. */
  @Test
  void aRowSetOfflineByHandMakesNoRunTwice() throws Exception {
    running();
    UUID process = scene.pending().get(1).to().processId();
    scene.confirmAll();
    press.rebase(
        Scene.external(
            row.id(), "PRESS-01", new MachineState(3, Status.OFFLINE, null, null, null), 6L),
        "no base");
    show(RUNS, 6);
    show(DONE, 6);
    show(RUNS, 7);
    assertEquals("link_found complete start", scene.events());
    assertEquals(process, scene.pending().get(0).to().processId());
    assertEquals(6L, scene.pending().get(1).detail().cycle());
    assertEquals(7L, scene.pending().get(2).detail().cycle());
    assertEquals(0, scene.pending().get(2).detail().missedRuns());
  }

  /**
   * I4: what it did while nothing could be decided was not seen to begin, and must not claim so.
   * And what the database refuses is not decided again with every poll (I8).
   */
  @Test
  void afterARefusalNothingIsDecidedForAWhileAndThenItIsInferred() throws Exception {
    press.look(row);
    show(IDLE, 5);
    scene.confirmAll();
    show(RUNS, 6);
    Row idle = Scene.row(row.id(), "PRESS-01", Scene.idle(1), 5L);
    press.refused(scene.journal.oldest("PRESS-01", 1).get(0), idle, "not on a Friday");
    assertEquals("", scene.events());
    assertEquals(1, scene.journal.count().quarantined());
    show(RUNS, 6);
    show(DONE, 6);
    show(RUNS, 7);
    assertEquals("", scene.events());
    scene.pass(Duration.ofSeconds(15));
    show(RUNS, 7);
    Transition start = scene.pending().get(0);
    assertNotNull(start.detail().inferred());
    assertEquals(1, start.detail().missedRuns());
    // The second in a row holds twice as long; one that is delivered ends that.
    press.refused(scene.journal.oldest("PRESS-01", 1).get(0), idle, "not on a Friday");
    scene.pass(Duration.ofSeconds(29));
    show(RUNS, 7);
    assertEquals("", scene.events());
    press.delivered();
    show(RUNS, 7);
    assertEquals("start", scene.events());
  }

  /** I4 has no exception for a refusal: the row must not claim on what nobody sees. */
  @Test
  void aDeadLinkIsToldAlsoAfterARefusal() throws Exception {
    press.look(row);
    show(IDLE, 5);
    scene.confirmAll();
    show(RUNS, 6);
    Row idle = Scene.row(row.id(), "PRESS-01", Scene.idle(1), 5L);
    press.refused(scene.journal.oldest("PRESS-01", 1).get(0), idle, "not on a Friday");
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    press.checkStaleness();
    press.checkStaleness();
    assertEquals("link_lost", scene.events());
  }

  /** A row that was deleted and made anew begins anew: with what is found. */
  @Test
  void aNewRowIsANewBeginning() throws Exception {
    running();
    scene.confirmAll();
    press.look(Scene.newRow("PRESS-01"));
    show(RUNS, 6);
    assertEquals("link_found", scene.events());
    assertEquals(1, scene.pending().get(0).to().seq());
    assertEquals(6L, scene.pending().get(0).detail().cycle());
  }

  /** A person deletes the row: what waits for it is kept for people to see. */
  @Test
  void whatWaitsForADeletedRowIsKept() throws Exception {
    running();
    press.gone("the machine has no row any more");
    assertEquals("", scene.events());
    assertEquals(2, scene.journal.count().quarantined());
    show(DONE, 6);
    press.checkStaleness();
    assertEquals("", scene.events());
    assertTrue(
        log().toString().contains("any more: link_found seq=1 and what follows"), log().toString());
    press.look(Scene.newRow("PRESS-01"));
    show(DONE, 6);
    assertEquals("link_found", scene.events());
  }

  /** A restored backup, noticed at a regular look: said, and the runs since are proved again. */
  @Test
  void aRowThatWentBackIsANewBase() throws Exception {
    running();
    show(DONE, 6);
    show(RUNS, 7);
    scene.confirmAll();
    press.look(Scene.row(row.id(), "PRESS-01", Scene.idle(1), 5L));
    assertTrue(
        log().toString().contains("the row is idle  seq=1, gone back from seq=4 (a backup"),
        log().toString());
    show(RUNS, 7);
    Transition start = scene.pending().get(0);
    assertEquals(2, start.to().seq());
    assertEquals(1, start.detail().missedRuns());
  }

  /** While something waits, it is delivery that finds out whether it still has its base. */
  @Test
  void aLookLeavesWhatWaitsAlone() throws Exception {
    running();
    press.look(row);
    press.look(Scene.external(row.id(), "PRESS-01", Scene.idle(1), 5L));
    assertEquals("link_found start", scene.events());
  }

  /** I2, I3: after a crash it goes on from the disk, with the database away. */
  @Test
  void aNewProcessDecidesOnWithoutTheDatabase() throws Exception {
    running();
    UUID process = scene.pending().get(1).to().processId();
    scene.pass(Duration.ofMinutes(1));
    MachineMonitor again = scene.monitor("PRESS-01");
    again.observe(Scene.shows("PRESS-01", RUNS, 6));
    assertEquals("link_found start", scene.events());
    again.observe(Scene.shows("PRESS-01", DONE, 6));
    assertEquals("link_found start complete", scene.events());
    assertEquals(process, scene.pending().get(2).processId());
    scene.pass(Duration.ofMinutes(1));
    MachineMonitor third = scene.monitor("PRESS-01");
    third.observe(Scene.shows("PRESS-01", RUNS, 8));
    Transition start = scene.pending().get(3);
    assertEquals(1, start.detail().missedRuns());
    assertEquals(
        new Window(Scene.START.plusSeconds(60), Scene.START.plusSeconds(120)),
        start.detail().inferred());
  }

  /** The last contact is kept without a transition too, and never what is older than the disk's. */
  @Test
  void theLastContactSurvivesACrash() throws Exception {
    running();
    Known before = press.known();
    scene.pass(Duration.ofSeconds(2));
    show(RUNS, 6);
    scene.intake.keep(List.of(press.known()));
    show(DONE, 6);
    scene.intake.keep(List.of(before));
    assertEquals(press.known().state(), scene.monitor("PRESS-01").known().state());
    scene.pass(Duration.ofMinutes(1));
    MachineMonitor again = scene.monitor("PRESS-01");
    again.observe(Scene.shows("PRESS-01", RUNS, 7));
    assertEquals(Scene.START.plusSeconds(2), scene.pending().get(3).detail().inferred().after());
  }

  /** I8: a journal that is full: nothing is decided, that is said once, and no run is missing. */
  @Test
  void aFullJournalIsAGapAndNothingIsLost() throws Exception {
    Scene small = new Scene(1);
    try {
      MachineMonitor other = small.monitor("FILLER");
      other.look(Scene.newRow("FILLER"));
      MachineMonitor blocked = small.monitor("PRESS-01");
      blocked.look(row);
      blocked.observe(Scene.shows("PRESS-01", IDLE, 5));
      blocked.observe(Scene.shows("PRESS-01", RUNS, 6));
      for (int i = 1; MemoryWriter.of("journal").isEmpty(); i++) {
        int state = List.of(IDLE, RUNS, FAILED).get(i % 3);
        other.observe(large(Scene.shows("FILLER", state, i / 3 + 1)));
      }
      List<Transition> sent = new ArrayList<>(of("PRESS-01", small));
      assertEquals(2, sent.size());
      for (int cycle = 6; cycle <= 9; cycle++) {
        blocked.observe(Scene.shows("PRESS-01", DONE, cycle));
        blocked.observe(Scene.shows("PRESS-01", RUNS, cycle + 1));
        small.pass(Duration.ofMillis(500));
      }
      // I4 has no exception: it goes offline as soon as that can be kept.
      small.pass(Duration.ofSeconds(10));
      blocked.checkStaleness();
      assertEquals(2, of("PRESS-01", small).size());
      small.intake.keep(List.of(blocked.known()));
      small.confirmAll();
      blocked.checkStaleness();
      blocked.observe(Scene.shows("PRESS-01", RUNS, 10));
      sent.addAll(of("PRESS-01", small));
      assertEquals(
          List.of("link_found", "start", "link_lost", "stop", "start"),
          sent.stream().map(Transition::event).toList());
      assertEquals(10 - 5, accounted(sent));
      assertNotNull(sent.get(4).detail().inferred(), "its start was not decided when it was seen");
    } finally {
      small.afterEach(null);
    }
    List<String> told = MemoryWriter.of("journal");
    assertEquals(2, told.size(), told.toString());
    assertTrue(told.get(0).startsWith("WARN journal       /"), told.get(0));
    assertTrue(told.get(0).contains("journal.db takes no transition: [journal]"), told.get(0));
    assertTrue(told.get(0).contains("nothing is decided until that is over"), told.get(0));
    assertTrue(told.get(1).contains("takes transitions again"), told.get(1));
  }

  /** With texts of which few fill a journal. */
  private static Observation large(Observation shown) {
    Map<String, TagValue> values = new HashMap<>(shown.values());
    for (String tag : List.of("recipe", "fault", "component")) {
      if (!values.get(tag).value().equals("")) {
        values.put(tag, TagValue.good("x".repeat(1_000), null));
      }
    }
    return new Observation(shown.machine(), values);
  }

  private static List<Transition> of(String machine, Scene scene) throws Exception {
    return scene.journal.all(0, Integer.MAX_VALUE).stream()
        .filter(entry -> entry.machine().equals(machine))
        .map(Entry::transition)
        .toList();
  }

  /** I3: the order in the journal is the order of the numbers, whichever thread decided. */
  @Test
  void observingAndStalenessAtTheSameTimeKeepTheOrder() throws Exception {
    MachineMonitor busy = press;
    busy.look(row);
    Thread link =
        new Thread(
            () -> {
              // Until the other thread has had its say: both may be on one processor.
              for (int i = 1;
                  i <= 500 || (i < 50_000 && !scene.events().contains("link_lost"));
                  i++) {
                busy.observe(Scene.shows("PRESS-01", RUNS, i));
                busy.observe(Scene.shows("PRESS-01", DONE, i));
              }
            },
            "link");
    Thread staleness =
        new Thread(
            () -> {
              while (link.isAlive()) {
                scene.pass(Scene.STALE_AFTER.plusMillis(1));
                busy.checkStaleness();
              }
            },
            "staleness");
    link.start();
    staleness.start();
    link.join();
    staleness.join();
    List<Transition> all = scene.pending();
    assertTrue(all.stream().anyMatch(t -> t.event().equals("link_lost")), "both have decided");
    MachineState before = row.state();
    for (Transition transition : all) {
      assertEquals(before, transition.from());
      before = transition.to();
    }
  }

  /** I8: a quality that changes with every poll, for an hour. */
  @Test
  void flickeringDataDoesNotFloodTheLog() throws Exception {
    press.look(row);
    for (int i = 0; i < 36_000; i++) {
      press.observe(Scene.bad("PRESS-01", "reply " + i + " is cut short"));
      show(IDLE, 5);
      scene.pass(Duration.ofMillis(100));
    }
    assertTrue(log().size() < 80, log().size() + " lines");
  }

  private void running() throws Exception {
    press.look(row);
    show(IDLE, 5);
    show(RUNS, 6);
  }

  private void show(int state, long counter) {
    press.observe(Scene.shows("PRESS-01", state, counter));
  }

  private void loseLink(Duration pass) {
    scene.pass(pass);
    press.checkStaleness();
  }

  /** Runs that have a start, and runs that a start says were missed. */
  private static long accounted(List<Transition> all) {
    return all.stream()
        .filter(transition -> transition.event().equals("start"))
        .mapToLong(transition -> 1 + transition.detail().missedRuns())
        .sum();
  }

  private static List<String> log() {
    return MemoryWriter.of("PRESS-01");
  }
}
