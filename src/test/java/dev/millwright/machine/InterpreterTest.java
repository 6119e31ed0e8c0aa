package dev.millwright.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InterpreterTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");

  /** A machine as the interpreter and the lifecycle together see it, told in a test's few words. */
  private static final class Follower {
    private final Interpreter interpreter;
    private final Lifecycle lifecycle = new Lifecycle(UUID::randomUUID);
    private final List<Transition> all = new ArrayList<>();
    private MachineState state;
    private Memory memory;
    private long millis;
    private String note;

    Follower(Interpreter interpreter, MachineState state, Memory memory) {
      this.interpreter = interpreter;
      this.state = state;
      this.memory = memory;
    }

    static Follower of(boolean idleMeansComplete) {
      return of(new Interpreter(Counted.STARTED, idleMeansComplete, true, Duration.ofMillis(500)));
    }

    static Follower of(Counted counted) {
      return of(new Interpreter(counted, false, true, Duration.ofMillis(500)));
    }

    private static Follower of(Interpreter interpreter) {
      return new Follower(
          interpreter,
          new MachineState(0, Status.OFFLINE, null, null, null),
          Memory.ofRow(null, null, null, null));
    }

    /** 100 ms later the machine shows this. Returns what follows, e.g. {@code start*+2}. */
    List<String> sees(Shown shown, Long cycle) {
      return sees(shown, cycle, "R42", null);
    }

    /** It shows the same for so long. */
    List<String> seesFor(long forMillis, Shown shown, Long cycle) {
      List<String> words = new ArrayList<>();
      for (long i = 0; i < forMillis; i += 100) {
        words.addAll(sees(shown, cycle));
      }
      return words;
    }

    Transition last() {
      return all.get(all.size() - 1);
    }

    /** What {@link #sees} shows it twice in a row, after a gap. */
    List<String> seesTwice(Shown shown, Long cycle) {
      return sees(sighting(shown, cycle, "R42", null).again());
    }

    List<String> sees(Shown shown, Long cycle, String recipe, Instant began) {
      return sees(sighting(shown, cycle, recipe, began));
    }

    private Sighting sighting(Shown shown, Long cycle, String recipe, Instant began) {
      millis += 100;
      Failure failure = shown == Shown.ERROR ? new Failure(null, "jam") : null;
      Instant now = T0.plusMillis(millis);
      return new Sighting(shown, cycle, recipe, failure, began, now, now, now, millis * 1_000_000);
    }

    private List<String> sees(Sighting sighting) {
      Interpretation told = interpreter.interpret(memory, state, sighting);
      note = told.note();
      List<String> words = new ArrayList<>();
      for (Occurrence occurrence : told.occurrences()) {
        Decision decision = lifecycle.decide(state, occurrence);
        assertTrue(decision instanceof Decision.Accepted, () -> occurrence + " → " + decision);
        Transition t = ((Decision.Accepted) decision).transition();
        state = t.to();
        all.add(t);
        words.add(word(t));
      }
      memory = told.memory(state);
      return words;
    }

    void loses() {
      millis += 5000;
      Occurrence lost = memory.linkLost(T0.plusMillis(millis), "silent");
      state = ((Decision.Accepted) lifecycle.decide(state, lost)).transition().to();
      memory = memory.afterLinkLost();
    }

    /**
     * Event, {@code =} when it starts no new run, {@code *} when inferred, {@code ?} when the
     * outcome is unknown, {@code +n} missed.
     */
    private static String word(Transition t) {
      Detail d = t.detail();
      return t.event()
          + (d.sameRun() ? "=" : "")
          + (d.inferred() == null ? "" : "*")
          + (d.outcomeUnknown() ? "?" : "")
          + (d.missedRuns() == 0 ? "" : "+" + d.missedRuns());
    }
  }

  @Test
  void aRunThatIsSeenIsNotInferred() {
    Follower m = Follower.of(false);
    assertEquals(List.of("link_found*"), m.sees(Shown.IDLE, 16L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 17L));
    assertEquals(17L, m.all.get(1).detail().cycle());
    assertEquals("R42", m.all.get(1).detail().recipe());
    assertEquals(List.of(), m.sees(Shown.PROCESSING, 17L));
    assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 17L));
    assertEquals(List.of(), m.sees(Shown.IDLE, 17L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 18L));
    assertEquals(List.of("error"), m.sees(Shown.ERROR, 18L));
    assertEquals(List.of(), m.sees(Shown.ERROR, 18L));
    assertEquals(List.of("reset"), m.sees(Shown.IDLE, 18L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 19L));
    assertEquals(List.of("stop"), m.sees(Shown.STOPPED, 19L));
  }

  /** What repeats itself after a gap is of one moment: the counter cannot be that of a next run. */
  @Test
  void aCounterThatRepeatsItselfAfterAGapIsBelievedAtOnce() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 10L);
    m.memory = m.memory.afterGap();
    assertEquals(List.of("start*", "complete*"), m.seesTwice(Shown.COMPLETE, 11L));
    assertEquals(List.of(), m.sees(Shown.IDLE, 11L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 11L), "the counter is a little late");
    assertEquals(List.of(), m.sees(Shown.PROCESSING, 12L));
    assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 12L));
    assertEquals(12L, m.last().detail().cycle());
  }

  /** The same fault to look at, of another run: what led from one to the other nobody saw. */
  @Test
  void theResetBeforeARunThatNobodySawIsInferredAsWell() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 10L);
    m.sees(Shown.PROCESSING, 11L);
    m.sees(Shown.ERROR, 11L);
    m.memory = m.memory.afterGap();
    assertEquals(List.of(), m.sees(Shown.ERROR, 13L), "the counter may be of another moment");
    assertEquals(
        List.of("reset*", "start*+1", "stop*?", "error*"), m.seesFor(600, Shown.ERROR, 13L));
  }

  /** Machines without a state for a completed run say by being idle that it is complete. */
  @Test
  void idleIsTheCompletionWhereThereIsNoOther() {
    Follower m = Follower.of(true);
    m.sees(Shown.IDLE, null);
    m.sees(Shown.PROCESSING, null);
    assertEquals(List.of("complete"), m.sees(Shown.IDLE, null));
  }

  /** I4: … but not what happened out of sight: it may have failed there and been reset. */
  @Test
  void idleAfterAGapIsNoCompletion() {
    Follower m = Follower.of(true);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.PROCESSING, 2L);
    m.loses();
    assertEquals(List.of("stop*?"), m.sees(Shown.IDLE, 2L));
  }

  /** I4: how it ended was not seen, so it is not said. */
  @Test
  void aCompletionThatWasNotSeenIsNotClaimed() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 3L);
    m.sees(Shown.PROCESSING, 4L);
    assertEquals(List.of("stop*?"), m.sees(Shown.IDLE, 4L));
  }

  /** FIELD 8: a jump of more than one proves runs that nobody saw. */
  @Test
  void aJumpOfTheCounterIsRecordedAsMissedRuns() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 10L);
    assertEquals(List.of("start+2"), m.sees(Shown.PROCESSING, 13L));
    assertEquals(13L, m.all.get(1).detail().cycle());
  }

  /** A whole run between two polls: the counter alone shows it, once it has settled. */
  @Test
  void aRunBetweenTwoReadingsIsInferredWithItsWindow() {
    Follower m = Follower.of(false);
    m.seesFor(600, Shown.IDLE, 10L);
    assertEquals(List.of("start*", "stop*?"), m.seesFor(800, Shown.IDLE, 11L));
    Window window = m.all.get(1).detail().inferred();
    assertNotNull(window.after());
    assertTrue(window.after().isBefore(window.before()));
  }

  /** A counter that moves just before the state is the same run, not one missed and one seen. */
  @Test
  void aCounterThatMovesBeforeTheStateIsNotAMissedRun() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 10L);
    assertEquals(List.of(), m.sees(Shown.IDLE, 11L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 11L));
  }

  /** … nor is one that moves a little after it. */
  @Test
  void aCounterThatMovesAfterTheStateIsNotAMissedRun() {
    Follower m = Follower.of(false);
    m.seesFor(600, Shown.IDLE, 10L);
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 10L));
    assertEquals(List.of(), m.seesFor(2000, Shown.PROCESSING, 11L));
    assertEquals(11L, m.all.get(1).detail().cycle());
  }

  /** counter_counts = "completed": it has not counted the run that lasts. */
  @Test
  void aCounterOfCompletedRunsIsBehindWhileARunLasts() {
    Follower m = Follower.of(Counted.COMPLETED);
    m.seesFor(600, Shown.IDLE, 10L);
    assertEquals(List.of("start"), m.seesFor(2000, Shown.PROCESSING, 10L));
    assertEquals(11L, m.all.get(1).detail().cycle());
    assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 11L));
    assertEquals(List.of(), m.seesFor(2000, Shown.IDLE, 11L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 11L));
    m.loses();
    assertEquals(List.of("link_found*"), m.sees(Shown.PROCESSING, 11L));
    m.loses();
    assertEquals(
        List.of("stop*?", "start*+1"),
        m.seesFor(800, Shown.PROCESSING, 13L),
        "the one that lasted has ended; one was not seen; the third lasts");
    assertNull(m.note);
  }

  /** The state was read just before the end of the run, the counter just after it. */
  @Test
  void aCounterReadAfterTheEndOfARunIsNotAnotherRun() {
    Follower m = Follower.of(Counted.COMPLETED);
    m.seesFor(600, Shown.IDLE, 10L);
    m.sees(Shown.PROCESSING, 10L);
    m.loses();
    assertEquals(List.of(), m.sees(Shown.PROCESSING, 11L), "it may have ended this moment");
    assertEquals(List.of("complete*"), m.sees(Shown.COMPLETE, 11L));
    assertEquals(11L, m.memory.runs());
  }

  /** A wrong counter_counts is said, and until it is mended no run is told twice. */
  @Test
  void aCounterThatMovesAtTheEndThoughItShouldAtTheStartIsSaid() {
    Follower m = Follower.of(false);
    m.seesFor(600, Shown.IDLE, 10L);
    assertEquals(List.of("start"), m.seesFor(2000, Shown.PROCESSING, 10L));
    assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 11L));
    assertTrue(m.note.contains("set counter_counts = \"completed\""), m.note);
    assertEquals(List.of(), m.seesFor(2000, Shown.IDLE, 11L));
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 11L));
    assertEquals(12L, m.all.get(3).detail().cycle());
  }

  /** At the first contact the counter was read just after the start, the state just before it. */
  @Test
  void theFirstReadingOfTheCounterMayBelongToTheNextState() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 6L);
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 6L));
    assertNull(m.all.get(1).detail().cycle(), "6 or 7: not known yet");
    assertEquals(List.of(), m.seesFor(800, Shown.PROCESSING, 6L));
    assertNull(m.note, "no counter went back");
    assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 6L));
    assertEquals(6L, m.all.get(2).detail().cycle());
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 7L));
  }

  @Test
  void fromIdleStraightToCompleteThereWasARun() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 10L);
    assertEquals(List.of("start*", "complete"), m.sees(Shown.COMPLETE, 11L));
    Follower noCounter = Follower.of(false);
    noCounter.sees(Shown.IDLE, null);
    assertEquals(List.of("start*", "stop"), noCounter.sees(Shown.STOPPED, null));
    assertEquals(List.of(), noCounter.sees(Shown.STOPPED, null));
  }

  @Test
  void aRunSeenAfterAnErrorWasResetOutOfSight() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.ERROR, 1L);
    assertEquals(List.of("reset", "start"), m.sees(Shown.PROCESSING, 2L));
  }

  @Test
  void theSameRunGoesOnAfterALostLink() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.PROCESSING, 2L);
    UUID run = m.state.processId();
    m.loses();
    assertEquals(run, m.state.processId());
    assertEquals(List.of("link_found*"), m.sees(Shown.PROCESSING, 2L));
    assertEquals(run, m.state.processId());
  }

  @Test
  void afterALostLinkTheCounterTellsAnotherRunFromTheSame() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.PROCESSING, 2L);
    UUID run = m.state.processId();
    m.loses();
    assertEquals(List.of("stop*?", "start*+2"), m.sees(Shown.PROCESSING, 5L));
    assertTrue(!run.equals(m.state.processId()));
    m.loses();
    assertEquals(List.of("complete*"), m.sees(Shown.COMPLETE, 5L));
    m.loses();
    assertEquals(List.of("link_found*", "start*", "error*"), m.sees(Shown.ERROR, 6L));
    m.loses();
    assertEquals(List.of("link_found*"), m.sees(Shown.IDLE, 8L));
    Instant before = m.memory.agreedAt();
    List<String> settled = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      settled.addAll(m.sees(Shown.IDLE, 8L));
    }
    assertEquals(List.of("start*+1", "stop*?"), settled);
    assertEquals(before, m.all.get(m.all.size() - 1).detail().inferred().after());
  }

  /** Without a counter another recipe proves another run. */
  @Test
  void afterALostLinkAnotherRecipeIsAnotherRun() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, null);
    m.sees(Shown.PROCESSING, null, "R1", null);
    m.loses();
    assertEquals(List.of("stop*?", "start*"), m.sees(Shown.PROCESSING, null, "R2", null));
  }

  /** A restarted daemon finds the row as it left it; what it missed is inferred. */
  @Test
  void afterARestartTheRowIsTheBase() {
    MachineState row =
        new MachineState(7, Status.PROCESSING, UUID.randomUUID(), T0.minusSeconds(60), null);
    Follower m =
        new Follower(
            new Interpreter(Counted.STARTED, false, true, Duration.ofMillis(500)),
            row,
            Memory.ofRow(17L, "R42", row.processId(), T0.minusSeconds(30)));
    assertEquals(List.of("complete*"), m.sees(Shown.COMPLETE, 17L));
    assertEquals(T0.minusSeconds(30), m.all.get(0).detail().inferred().after());
  }

  /** Another writer changes the row while the machine runs: the run goes on under its name. */
  @Test
  void aForeignWriterDoesNotMakeTheMachineRunTwice() {
    UUID made = UUID.randomUUID();
    Failure failure = new Failure(null, "by hand");
    Map<MachineState, List<String>> paths = new LinkedHashMap<>();
    paths.put(new MachineState(9, Status.IDLE, null, T0, null), List.of("start=*"));
    paths.put(new MachineState(9, Status.ERROR, null, T0, failure), List.of("reset", "start=*"));
    paths.put(new MachineState(9, Status.OFFLINE, null, T0, null), List.of("link_found*"));
    paths.put(new MachineState(9, Status.OFFLINE, made, T0, null), List.of("stop*?", "start=*"));
    paths.put(new MachineState(9, Status.PROCESSING, made, T0, null), List.of("stop*?", "start=*"));
    paths.forEach(
        (row, path) -> {
          for (boolean restarted : new boolean[] {false, true}) {
            Follower m = Follower.of(false);
            m.sees(Shown.IDLE, 1L);
            m.sees(Shown.PROCESSING, 2L);
            UUID process = m.state.processId();
            m.state = row;
            m.memory = restarted ? m.memory.afterGap() : m.memory;
            List<String> expected =
                restarted && path.get(0).equals("reset") ? List.of("reset*", "start=*") : path;
            assertEquals(expected, m.sees(Shown.PROCESSING, 2L));
            assertEquals(process, m.state.processId(), "the same run");
            assertEquals(2L, m.memory.runs());
            assertTrue(m.last().detail().reason().startsWith("the machine still runs"));
            assertEquals(List.of("complete"), m.sees(Shown.COMPLETE, 2L));
            assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 3L));
          }
        });
  }

  /** … but after a gap the counter may prove that it is another run by now. */
  @Test
  void afterAForeignWriterAndAGapTheCounterTellsAnotherRun() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.PROCESSING, 2L);
    UUID process = m.state.processId();
    m.state = new MachineState(9, Status.IDLE, null, T0, null);
    m.memory = m.memory.afterGap();
    assertEquals(List.of("start*"), m.sees(Shown.PROCESSING, 3L));
    assertTrue(!process.equals(m.state.processId()));
  }

  /** I4: how a process ended that the machine never ran, the machine cannot say. */
  @Test
  void aMadeUpProcessEndsWithoutAClaim() {
    Follower m = Follower.of(true);
    m.sees(Shown.IDLE, 1L);
    for (Status status : new Status[] {Status.PROCESSING, Status.OFFLINE}) {
      m.state = new MachineState(9, status, UUID.randomUUID(), T0, null);
      assertEquals(List.of("stop*?"), m.sees(Shown.IDLE, 1L));
      assertEquals("daemon", m.last().detail().source());
      assertTrue(m.last().detail().reason().contains("another writer"));
    }
  }

  /** Issue 3: what became void is told once, by what is decided next. */
  @Test
  void theNextTransitionTellsHowManyBecameVoid() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    m.sees(Shown.PROCESSING, 2L);
    m.sees(Shown.COMPLETE, 2L);
    m.sees(Shown.PROCESSING, 3L);
    MachineState found = m.all.get(0).to();
    m.memory = m.memory.undone(m.all.subList(1, 4), 3).basedOn(1L, null, T0);
    m.state = new MachineState(2, Status.ERROR, null, T0, new Failure(null, "by hand"));
    assertEquals(found.seq() + 1, m.state.seq());
    assertEquals(List.of("reset*", "start*+1"), m.sees(Shown.PROCESSING, 3L));
    assertEquals(3, m.all.get(4).detail().voided());
    assertEquals(0, m.all.get(5).detail().voided());
    assertEquals(new Window(found.since(), T0.plusMillis(500)), m.all.get(5).detail().inferred());
    m.memory = m.memory.undone(m.all.subList(4, 6), 2);
    assertEquals(5, m.memory.voided(), "what was to tell it is void as well");
  }

  @Test
  void aCounterThatWentBackIsSaidAndCountedOnFromThere() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 500L);
    assertEquals(List.of(), m.sees(Shown.IDLE, 0L));
    assertTrue(m.note.contains("from 500 to 0"), m.note);
    assertEquals(List.of("start"), m.sees(Shown.PROCESSING, 1L));
    assertNull(m.note);
  }

  /** The machine's clock dates a transition only where it is believable. */
  @Test
  void theSourceTimeIsTakenWhereItCanBeTrue() {
    Follower m = Follower.of(false);
    m.sees(Shown.IDLE, 1L);
    Instant began = T0.plusMillis(140);
    m.sees(Shown.PROCESSING, 2L, "R42", began);
    assertEquals(began, m.state.since());
    m.sees(Shown.COMPLETE, 2L, "R42", Instant.parse("1999-01-01T00:00:00Z"));
    assertEquals(T0.plusMillis(300), m.state.since());
    m.sees(Shown.PROCESSING, 3L, "R42", T0.plusSeconds(3600));
    assertEquals(T0.plusMillis(400), m.state.since());
  }
}
