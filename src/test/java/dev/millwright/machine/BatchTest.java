package dev.millwright.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** ISA-88 batch id: named once, told of all that becomes of the run, and of nothing else. */
class BatchTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");

  private final Interpreter interpreter =
      new Interpreter(Counted.STARTED, false, true, Duration.ofMillis(500));
  private final Lifecycle lifecycle = new Lifecycle(UUID::randomUUID);
  private final List<Transition> all = new ArrayList<>();
  private Memory memory = Memory.ofRow(null, null, null, null);
  private MachineState state = new MachineState(0, Status.OFFLINE, null, null, null);
  private long millis;

  @Test
  void itIsToldFromTheStartOfTheRunToItsEnd() {
    sees(Shown.IDLE, 16, null);
    sees(Shown.PROCESSING, 17, "B7");
    loses();
    sees(Shown.PROCESSING, 17, "B7");
    sees(Shown.COMPLETE, 17, null);
    sees(Shown.IDLE, 17, "B8");
    sees(Shown.PROCESSING, 18, "B8");
    sees(Shown.ERROR, 18, "B8");
    sees(Shown.IDLE, 18, "B8");
    sees(Shown.PROCESSING, 19, null);
    sees(Shown.STOPPED, 19, null);
    assertEquals(
        "link_found=- start=B7 link_lost=B7 link_found=B7 complete=B7"
            + " start=B8 error=B8 reset=- start=- stop=-",
        told());
  }

  /** Who loads the next batch while the machine still runs does not take the run along. */
  @Test
  void aTagThatChangesIsTheNextRuns() {
    sees(Shown.IDLE, 16, null);
    sees(Shown.PROCESSING, 17, "B7");
    sees(Shown.PROCESSING, 17, "B8");
    sees(Shown.COMPLETE, 17, "B8");
    assertEquals("link_found=- start=B7 complete=B7", told());
  }

  /** A tag that was bad at the start, or is set after it. */
  @Test
  void theFirstOneThatIsNamedWhileItRunsCounts() {
    sees(Shown.IDLE, 16, null);
    sees(Shown.PROCESSING, 17, null);
    sees(Shown.PROCESSING, 17, "B7");
    sees(Shown.COMPLETE, 17, null);
    assertEquals("link_found=- start=- complete=B7", told());
  }

  /** A run that ended while nobody looked was of its batch, and the one found now is of its own. */
  @Test
  void anInferredEndIsOfTheOldBatch() {
    sees(Shown.IDLE, 16, null);
    sees(Shown.PROCESSING, 17, "B7");
    loses();
    sees(Shown.PROCESSING, 18, "B8");
    assertEquals("link_found=- start=B7 link_lost=B7 stop=B7 start=B8", told());
  }

  /** Void transitions take along what they told of the batch. */
  @Test
  void whatIsVoidIsForgotten() {
    sees(Shown.IDLE, 16, null);
    sees(Shown.PROCESSING, 17, "B7");
    Transition first = all.get(1);
    sees(Shown.COMPLETE, 17, null);
    sees(Shown.PROCESSING, 18, "B8");
    assertEquals("B8", memory.batch());
    assertEquals("B7", memory.undone(all.subList(2, 4), 2).batch());
    assertEquals(null, memory.undone(all.subList(1, 4), 3).batch());
    assertEquals(first.processId(), memory.undone(all.subList(2, 4), 2).process());
  }

  @Test
  void itsLengthIsBounded() {
    Detail detail = new Detail(Detail.MACHINE, null, null, null, 0, null, false);
    assertEquals(100, detail.withBatch("x".repeat(100)).batch().length());
    assertThrows(IllegalArgumentException.class, () -> detail.withBatch("x".repeat(101)));
  }

  private void sees(Shown shown, long cycle, String batch) {
    millis += 1_000;
    Instant now = T0.plusMillis(millis);
    Failure failure = shown == Shown.ERROR ? new Failure(null, "jam") : null;
    Sighting seen =
        new Sighting(
            shown, cycle, "R", batch, failure, null, now, now, now, millis * 1_000_000, false);
    Interpretation told = interpreter.interpret(memory, state, seen);
    told.occurrences().forEach(this::decide);
    memory = told.memory(state);
  }

  private void loses() {
    millis += 5_000;
    decide(memory.linkLost(T0.plusMillis(millis), "silent"));
    memory = memory.afterLinkLost();
  }

  private void decide(Occurrence occurrence) {
    Transition transition =
        assertInstanceOf(Decision.Accepted.class, lifecycle.decide(state, occurrence)).transition();
    state = transition.to();
    all.add(transition);
  }

  private String told() {
    return String.join(
        " ",
        all.stream()
            .map(t -> t.event() + "=" + (t.detail().batch() == null ? "-" : t.detail().batch()))
            .toList());
  }
}
