package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import dev.millwright.store.Row;
import dev.millwright.testing.MemoryWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I4 above all: a row never claims what nobody knows. And whatever happens, runs are conserved. */
class MachineMonitorTest {

  private static final int IDLE = 0;
  private static final int RUNS = 1;
  private static final int DONE = 3;

  private final Scene scene = new Scene();
  private final Outbox outbox = new Outbox(100);
  private final MachineMonitor press = scene.monitor("PRESS-01", outbox);
  private final Row row = Scene.newRow("PRESS-01");

  @BeforeEach
  void forget() {
    MemoryWriter.clear();
  }

  /** With the database away at start, nothing is known to decide on. */
  @Test
  void withoutItsRowNothingIsDecided() {
    show(RUNS, 5);
    scene.pass(Duration.ofHours(1));
    press.checkStaleness();
    press.leave();
    assertEquals("", Scene.events(outbox));
  }

  @Test
  void aRunIsSeenFromItsStartToItsEnd() {
    press.base(row);
    show(IDLE, 5);
    show(RUNS, 6);
    show(RUNS, 6);
    show(DONE, 6);
    show(IDLE, 6);
    assertEquals("link_found start complete", Scene.events(outbox));
    Transition start = Scene.pending(outbox).get(1);
    assertNull(start.detail().inferred());
    assertEquals(6L, start.detail().cycle());
    assertTrue(log().get(2).contains("idle → processing"), log().get(2));
    assertTrue(log().get(2).endsWith("(state 0 → 1)  seq=2"), log().get(2));
  }

  /** I4: silence ends in offline, with the reason, and the run that goes on keeps its name. */
  @Test
  void silenceBeyondTheLimitIsOffline() {
    running();
    UUID process = Scene.pending(outbox).get(1).to().processId();
    scene.pass(Scene.STALE_AFTER);
    press.checkStaleness();
    assertEquals("link_found start", Scene.events(outbox), "exactly the limit is not beyond it");
    press.linkDown("PRESS-01: connection refused");
    scene.pass(Duration.ofMillis(1));
    press.checkStaleness();
    press.checkStaleness();
    assertEquals("link_found start link_lost", Scene.events(outbox));
    Transition lost = Scene.pending(outbox).get(2);
    assertEquals(Status.OFFLINE, lost.to().status());
    assertEquals(process, lost.to().processId());
    assertEquals(
        "no good data for 3001 ms (stale_after is 3000 ms): PRESS-01: connection refused",
        lost.detail().reason());
  }

  /** I4: other tags that go on coming do not keep a state fresh that is no longer heard. */
  @Test
  void aStateThatIsOnlyCarriedOverGrowsStale() {
    running();
    Observation last = Scene.shows("PRESS-01", RUNS, 6);
    String tag = Scene.lifecycleSettings().state().tag();
    for (int second = 1; second <= 3; second++) {
      scene.pass(Duration.ofSeconds(1));
      Duration age = Duration.ofSeconds(second);
      press.observe(new Observation("PRESS-01", last.values(), Map.of(tag, age)));
      press.checkStaleness();
    }
    scene.pass(Duration.ofMillis(1));
    press.checkStaleness();
    assertTrue(Scene.events(outbox).endsWith("link_lost"), Scene.events(outbox));
  }

  /** I4: a row that says processing, of a machine that never answers. */
  @Test
  void aMachineThatNeverAnswersGoesOffline() {
    MachineState claimed =
        new MachineState(7, Status.PROCESSING, UUID.randomUUID(), Scene.START, null);
    press.base(Scene.row(UUID.randomUUID(), "PRESS-01", claimed, 6L));
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    press.checkStaleness();
    assertTrue(
        Scene.pending(outbox).get(0).detail().reason().startsWith("no good data since the start"));
  }

  /** I4: the limit is of the data's age, on a clock that nobody sets. */
  @Test
  void settingTheHostsClockMakesNothingStaleOrFresh() {
    running();
    scene.setWall(Scene.START.plusSeconds(86_400));
    press.checkStaleness();
    scene.setWall(Scene.START.minusSeconds(86_400));
    press.checkStaleness();
    assertEquals("link_found start", Scene.events(outbox));
    show(DONE, 6);
    assertEquals("link_found start complete", Scene.events(outbox));
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    press.checkStaleness();
    assertEquals("link_found start complete link_lost", Scene.events(outbox));
  }

  /** I4, FIELD 7: Bad is neither a state nor a sign of life. */
  @Test
  void badDataDrivesNothingAndKeepsNothingAlive() {
    running();
    for (int i = 0; i < 40; i++) {
      scene.pass(Duration.ofMillis(100));
      press.observe(Scene.bad("PRESS-01", "Bad_CommunicationError"));
      press.checkStaleness();
    }
    assertEquals("link_found start link_lost", Scene.events(outbox));
    assertEquals(
        "no good data for 3100 ms (stale_after is 3000 ms):"
            + " tag state is bad: Bad_CommunicationError",
        Scene.pending(outbox).get(2).detail().reason());
  }

  /** I4: the same run goes on under its name; what was concluded is marked, with its window. */
  @Test
  void theSameRunIsFoundAgainInferred() {
    running();
    UUID process = Scene.pending(outbox).get(1).to().processId();
    loseLink(Duration.ofMinutes(1));
    show(RUNS, 6);
    Transition found = Scene.pending(outbox).get(3);
    assertEquals("link_found", found.event());
    assertEquals(process, found.to().processId());
    assertEquals(new Window(Scene.START, Scene.START.plusSeconds(60)), found.detail().inferred());
  }

  /** The counter proves runs that nobody saw: starts + missed = the counter's advance. */
  @Test
  void runsDuringAGapAreMissedRuns() {
    running();
    loseLink(Duration.ofMinutes(10));
    show(RUNS, 10);
    List<Transition> all = Scene.pending(outbox);
    Transition start = all.get(all.size() - 1);
    assertEquals("start", start.event());
    assertEquals(3, start.detail().missedRuns(), "7, 8 and 9; 10 is this one");
    assertNotNull(start.detail().inferred());
    assertEquals(10 - 5, accounted(all));
  }

  @Test
  void leavingIsOfflineAndFinal() {
    running();
    press.leave();
    // A link that could not be stopped in time goes on talking.
    show(DONE, 6);
    show(IDLE, 6);
    scene.pass(Duration.ofHours(1));
    press.checkStaleness();
    press.leave();
    assertEquals("link_found start link_lost", Scene.events(outbox));
    assertEquals("the daemon was stopped", Scene.pending(outbox).get(2).detail().reason());
  }

  /** Decision 0011: nothing that was decided on the old row is left, and no run is lost. */
  @Test
  void anotherWriterVoidsWhatWaitsAndTheRunsAreStillAccountedFor() {
    press.base(row);
    show(IDLE, 5);
    confirmAll();
    show(RUNS, 6);
    show(DONE, 6);
    show(RUNS, 7);
    press.loseBase("start seq=2 does not follow on the row");
    assertEquals("", Scene.events(outbox));
    press.base(Scene.row(row.id(), "PRESS-01", Scene.idle(2), 5L));
    show(RUNS, 7);
    assertEquals("start", Scene.events(outbox));
    Transition start = Scene.pending(outbox).get(0);
    assertEquals(3, start.to().seq());
    assertEquals(1, start.detail().missedRuns());
    assertEquals(7L, start.detail().cycle());
  }

  /** As above, where the row does not say how far it had counted: not one was ever written. */
  @Test
  void runsAreAccountedForAlsoWhereTheRowKnowsNoCounter() {
    press.base(row);
    show(IDLE, 5);
    show(RUNS, 6);
    press.loseBase("link_found seq=1 does not follow on the row");
    press.base(Scene.row(row.id(), "PRESS-01", Scene.idle(1), null));
    show(RUNS, 6);
    assertEquals("start", Scene.events(outbox));
    assertEquals(6L, Scene.pending(outbox).get(0).detail().cycle());
    assertEquals(0, Scene.pending(outbox).get(0).detail().missedRuns());
  }

  /** Somebody sets a row offline by hand, in the middle of a run: that is not another run. */
  @Test
  void aRowSetOfflineByHandMakesNoRunTwice() {
    running();
    confirmAll();
    press.loseBase("complete seq=3 does not follow on the row");
    press.base(
        Scene.row(row.id(), "PRESS-01", new MachineState(3, Status.OFFLINE, null, null, null), 6L));
    show(RUNS, 6);
    show(DONE, 6);
    show(RUNS, 7);
    assertEquals("link_found start complete start", Scene.events(outbox));
    assertEquals(6L, Scene.pending(outbox).get(1).detail().cycle());
    assertEquals(7L, Scene.pending(outbox).get(3).detail().cycle());
    assertEquals(0, Scene.pending(outbox).get(3).detail().missedRuns());
  }

  /**
   * I4: what it did while nothing could be decided was not seen to begin, and must not claim so.
   */
  @Test
  void whatHappenedWithoutABaseIsInferred() {
    press.base(row);
    show(IDLE, 5);
    confirmAll();
    press.loseBase("why");
    show(RUNS, 6);
    show(IDLE, 6);
    show(RUNS, 7);
    press.base(Scene.row(row.id(), "PRESS-01", Scene.idle(2), 5L));
    show(RUNS, 7);
    assertNotNull(Scene.pending(outbox).get(0).detail().inferred());
    assertEquals(1, Scene.pending(outbox).get(0).detail().missedRuns());
  }

  /** A row that was deleted and made anew begins anew: with what is found. */
  @Test
  void aNewRowIsANewBeginning() {
    running();
    confirmAll();
    press.loseBase("gone");
    press.base(Scene.newRow("PRESS-01"));
    show(RUNS, 6);
    assertEquals("link_found", Scene.events(outbox));
    assertEquals(6L, Scene.pending(outbox).get(0).detail().cycle());
  }

  /** I8: at the limit nothing is decided, that is said once, and afterwards no run is missing. */
  @Test
  void aFullOutboxIsAGapAndNothingIsLost() {
    Outbox small = new Outbox(2);
    MachineMonitor blocked = scene.monitor("PRESS-01", small);
    blocked.base(row);
    blocked.observe(Scene.shows("PRESS-01", IDLE, 5));
    blocked.observe(Scene.shows("PRESS-01", RUNS, 6));
    List<Transition> sent = new ArrayList<>(Scene.pending(small));
    for (int cycle = 6; cycle <= 9; cycle++) {
      blocked.observe(Scene.shows("PRESS-01", DONE, cycle));
      blocked.observe(Scene.shows("PRESS-01", RUNS, cycle + 1));
      scene.pass(Duration.ofMillis(500));
    }
    assertEquals(sent, Scene.pending(small));
    small.discard(blocked);
    blocked.observe(Scene.shows("PRESS-01", RUNS, 10));
    sent.addAll(Scene.pending(small));
    assertEquals(
        List.of("link_found", "start", "stop", "start"),
        sent.stream().map(Transition::event).toList());
    assertEquals(10 - 5, accounted(sent));
    assertNotNull(sent.get(3).detail().inferred(), "its start was not decided when it was seen");
    assertEquals(
        1, MemoryWriter.of("PRESS-01").stream().filter(l -> l.contains("is full (2 tr")).count());
    assertEquals(
        1, MemoryWriter.of("PRESS-01").stream().filter(l -> l.contains("deciding again")).count());
  }

  /**
   * I4 has no exception for a full outbox: the machine goes offline as soon as that can be said.
   */
  @Test
  void stalenessIsNotForgottenWhileTheOutboxIsFull() {
    Outbox small = new Outbox(2);
    MachineMonitor blocked = scene.monitor("PRESS-01", small);
    blocked.base(row);
    blocked.observe(Scene.shows("PRESS-01", IDLE, 5));
    blocked.observe(Scene.shows("PRESS-01", RUNS, 6));
    scene.pass(Duration.ofSeconds(10));
    blocked.checkStaleness();
    assertEquals("link_found start", Scene.events(small));
    small.discard(blocked);
    blocked.checkStaleness();
    assertEquals("link_lost", Scene.events(small));
  }

  /** I3: the order in the outbox is the order of the numbers, whichever thread decided. */
  @Test
  void observingAndStalenessAtTheSameTimeKeepTheOrder() throws Exception {
    Outbox large = new Outbox(100_000);
    MachineMonitor busy = scene.monitor("PRESS-01", large);
    busy.base(row);
    Thread link =
        new Thread(
            () -> {
              for (int i = 1; i <= 2_000; i++) {
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
    List<Transition> all = Scene.pending(large);
    assertTrue(all.stream().anyMatch(t -> t.event().equals("link_lost")), "both have decided");
    MachineState before = row.state();
    for (Transition transition : all) {
      assertEquals(before, transition.from());
      before = transition.to();
    }
  }

  /** I8: a quality that changes with every poll, for an hour. */
  @Test
  void flickeringDataDoesNotFloodTheLog() {
    press.base(row);
    for (int i = 0; i < 36_000; i++) {
      press.observe(Scene.bad("PRESS-01", "reply " + i + " is cut short"));
      show(IDLE, 5);
      scene.pass(Duration.ofMillis(100));
    }
    assertTrue(log().size() < 80, log().size() + " lines");
  }

  private void running() {
    press.base(row);
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

  private void confirmAll() {
    outbox.peek(100).forEach(outbox::confirm);
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
