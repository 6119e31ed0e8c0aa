package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the page tells of a machine's past: nothing that was not seen, and nothing twice. */
class RecentTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private final Recent recent = new Recent();

  @Test
  void aTransitionIsSeenOnceWithWhatWasBefore() {
    assertNull(recent.see(row(4, Status.IDLE, "complete"), NOON), "it was so before");
    Step start = recent.see(row(5, Status.PROCESSING, "start"), NOON.plusSeconds(1));
    assertEquals("idle", start.from());
    assertEquals("processing", start.to());
    assertEquals("R42", start.recipe());
    assertNull(recent.see(row(5, Status.PROCESSING, "start"), NOON.plusSeconds(1)));
    assertEquals(List.of(5L, 4L), numbers());
  }

  /** I4: between two looks the machine may have been anything. */
  @Test
  void whatWasBeforeIsNotClaimedWhereALookCameTooLate() {
    Step unseen = recent.see(row(4, Status.IDLE, "complete"), NOON);
    assertNull(unseen);
    assertNull(recent.see(row(7, Status.IDLE, "complete"), NOON.plusSeconds(1)).from());
  }

  @Test
  void theHistoryFillsInWhatWasNotSeen() {
    assertNull(recent.see(row(30, Status.ERROR, "error"), NOON));
    assertTrue(recent.see(row(31, Status.IDLE, "reset"), NOON.plusSeconds(9)) != null);
    recent.remember(
        "A", LongStream.iterate(30, seq -> seq - 1).limit(25).mapToObj(this::past).toList());
    List<Long> all = numbers();
    assertEquals(Recent.MOST, all.size());
    assertEquals(31, all.get(0));
    assertEquals(LongStream.iterate(31, seq -> seq - 1).limit(Recent.MOST).boxed().toList(), all);
    JsonObject error = recent.json().get(1).getAsJsonObject();
    assertEquals("offline", error.get("from").getAsString(), "the history knows");
    assertEquals("jammed", error.get("reason").getAsString(), "the row names the fault");
    JsonObject inferred = recent.json().get(2).getAsJsonObject();
    assertTrue(inferred.get("inferred").getAsBoolean());
    assertEquals("R17", inferred.get("recipe").getAsString());
  }

  /** What the history has of later comes from the next look, and is news then. */
  @Test
  void theHistoryTakesNothingAhead() {
    assertNull(recent.see(row(2, Status.IDLE, "complete"), NOON));
    recent.remember("A", List.of(past(3), past(2)));
    assertEquals(List.of(2L), numbers());
    assertEquals("idle", recent.see(row(3, Status.PROCESSING, "start"), NOON).from());
  }

  /** A reload has removed the machine and then brought it back: its past is asked for once more. */
  @Test
  void thePastOfAMachineThatComesBackIsToldOnce() {
    Steps steps = new Steps(NOON.plusSeconds(3_600));
    steps.remember("A", List.of(past(3), past(2)));
    steps.retain(Set.of());
    steps.remember("A", List.of(past(3), past(2)));
    assertEquals(2, steps.latest().size(), steps.latest().toString());
  }

  /** A table that was restored numbers anew. */
  @Test
  void afterARestoreOldNumbersAreForgotten() {
    assertNull(recent.see(row(40, Status.IDLE, "complete"), NOON));
    assertNull(recent.see(row(12, Status.IDLE, "complete"), NOON.plusSeconds(5)).from());
    assertEquals(List.of(12L), numbers());
  }

  /** Column detail is open to every writer. */
  @Test
  void aDetailThatMakesNoSenseIsNone() {
    for (String detail : List.of("[1]", "{\"reason\":{\"x\":1},\"recipe\":[2]}", "\"x\"", "{")) {
      Step step = Step.of("A", history(1, detail));
      assertNull(step.reason(), detail);
      assertNull(step.recipe(), detail);
      assertNull(Step.inferredAfter(detail));
    }
  }

  private List<Long> numbers() {
    JsonArray all = recent.json();
    return all.asList().stream()
        .map(step -> step.getAsJsonObject().get("seq").getAsLong())
        .toList();
  }

  private HistoryRow past(long seq) {
    return history(seq, "{\"recipe\":\"R17\",\"inferred\":{\"after\":\"2026-11-20T11:00:00Z\"}}");
  }

  private static HistoryRow history(long seq, String detail) {
    return new HistoryRow(
        seq, UUID.randomUUID(), "link_found", "offline", "idle", null, NOON, NOON, detail);
  }

  private static Row row(long seq, Status status, String event) {
    UUID process = status == Status.PROCESSING ? UUID.randomUUID() : null;
    Failure failure = status == Status.ERROR ? new Failure(null, "jammed") : null;
    return new Row(
        UUID.randomUUID(),
        "A",
        new MachineState(seq, status, process, NOON, failure),
        event,
        UUID.randomUUID(),
        1L,
        "R42",
        null,
        NOON,
        null,
        null);
  }
}
