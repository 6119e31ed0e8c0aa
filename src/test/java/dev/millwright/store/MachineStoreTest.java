package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import dev.millwright.testing.TestDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written is what is read, in every column. */
class MachineStoreTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private final MachineStore store = new MachineStore(DATABASE.dataSource());

  @BeforeEach
  void onePress() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
  }

  @Test
  void aMachineIsRegisteredOnceAndOffline() throws Exception {
    assertTrue(store.register("PRESS-02"));
    assertFalse(store.register("PRESS-02"));
    assertEquals(List.of("PRESS-01", "PRESS-02"), store.serials());
    Row row = store.load(List.of("PRESS-02", "PRESS-03")).readable().get("PRESS-02");
    assertEquals(new MachineState(0, Status.OFFLINE, null, null, null), row.state());
    assertNull(row.lastEvent());
    assertNull(row.detail());
    assertEquals(
        Set.of("PRESS-02"), store.load(Set.of("PRESS-02", "PRESS-03")).readable().keySet());
  }

  /** I1: all columns of a transition together; nothing of it waits for a second statement. */
  @Test
  void aTransitionSetsEveryColumn() throws Exception {
    Steps press = steps();
    UUID process = UUID.randomUUID();
    Window window =
        new Window(Instant.parse("2026-11-20T08:59:00Z"), Instant.parse("2026-11-20T09:00:00.5Z"));
    Addressed start =
        press.step(
            "start",
            Status.PROCESSING,
            process,
            null,
            new Detail(
                "machine", "R42", "B-7", "seen \"late\"", 17L, 2, window, true, true, 4, null));
    assertEquals(List.of(Outcome.WRITTEN), store.deliver(List.of(start)));

    Row row = load();
    assertEquals(press.state(), row.state());
    assertEquals("start", row.lastEvent());
    assertEquals(start.transition().id(), row.lastTransitionId());
    assertEquals(17L, row.lastCycle());
    assertEquals("R42", row.lastRecipe());
    assertEquals("B-7", row.lastBatch());
    assertEquals(
        JsonParser.parseString(
            """
            {"source": "machine", "recipe": "R42", "batch": "B-7", "reason": "seen \\"late\\"", "cycle": 17,
             "missed_runs": 2, "outcome": "unknown", "same_run": true, "voided": 4,
             "inferred": {"after": "2026-11-20T08:59:00.000000Z",
                          "before": "2026-11-20T09:00:00.500000Z"}}"""),
        JsonParser.parseString(row.detail()));
  }

  @Test
  void whatIsNotKnownIsLeftOutOfTheDetail() throws Exception {
    Steps press = steps();
    store.deliver(List.of(press.found()));
    assertEquals("{\"source\": \"machine\"}", load().detail());
    Window fromNothing = new Window(null, Instant.parse("2026-11-20T09:00:00Z"));
    Detail inferred = new Detail("machine", null, null, null, 0, fromNothing, false);
    store.deliver(
        List.of(press.step("start", Status.PROCESSING, UUID.randomUUID(), null, inferred)));
    assertEquals(
        JsonParser.parseString("{\"before\": \"2026-11-20T09:00:00.000000Z\"}"),
        JsonParser.parseString(load().detail()).getAsJsonObject().get("inferred"));
  }

  /** The driver would round up, which dates a state after what it began with. */
  @Test
  void timesAreCutToMicrosecondsAndDoNotShiftWithTheTimeZone() throws Exception {
    MachineState from = load().state();
    Instant odd = Instant.parse("2026-04-05T02:44:59.999999999Z"); // Chatham leaves summer time.
    MachineState to = new MachineState(1, Status.IDLE, null, odd, null);
    UUID id = UUID.randomUUID();
    store.deliver(
        List.of(
            new Addressed(
                load().id(),
                null,
                new Transition(id, "link_found", from, to, Steps.NOTHING_ELSE))));
    assertEquals(Instant.parse("2026-04-05T02:44:59.999999Z"), load().state().since());
    assertEquals(
        new MachineState(1, Status.IDLE, null, odd.truncatedTo(ChronoUnit.MICROS), null),
        load().state());
    assertEquals(load().state().since(), store.history("PRESS-01", 1).get(0).occurredAt());
    assertEquals(
        "2026-04-05 02:44:59.999999",
        DATABASE.value("SELECT state_since AT TIME ZONE 'UTC' FROM machines"));
  }

  /** Another writer's infinity is no moment; taken for one, nothing could be written after it. */
  @Test
  void infinityIsNoTime() throws Exception {
    DATABASE.execute("UPDATE machines SET status = 'idle', state_since = 'infinity'");
    assertNull(load().state().since());
    assertNull(store.history("PRESS-01", 1).get(0).occurredAt());
    DATABASE.execute("UPDATE machines SET state_since = '-infinity', updated_at = 'infinity'");
    assertNull(load().state().since());
    assertNull(load().updatedAt());
    assertEquals(List.of(Outcome.WRITTEN), store.deliver(List.of(steps().found())));
  }

  /** updated_at is the commit's time, also of what happened hours ago. */
  @Test
  void updatedAtIsWhenItWasWrittenNotWhenItHappened() throws Exception {
    Instant before = Instant.parse(now());
    store.deliver(List.of(steps().found()));
    Instant written = load().updatedAt();
    assertFalse(written.isBefore(before), written + " is before " + before);
    assertFalse(written.isAfter(Instant.parse(now())), written + " is in the future");
    assertFalse(store.history("PRESS-01", 1).get(0).recordedAt().isBefore(written));
  }

  /** LEGACY 4: the error path wrote twice, and left a stale process behind. */
  @Test
  void anErrorNamesItsComponentAndClearsTheProcess() throws Exception {
    DATABASE.execute(
        "INSERT INTO machine_components (machine_id, name) SELECT id, 'Pump' FROM machines");
    Steps press = steps();
    store.deliver(List.of(press.found(), press.start(), press.error("Pump", "Pump is dry")));
    assertEquals(press.state(), load().state());
    assertEquals(
        "Pump",
        DATABASE.value(
            "SELECT c.name FROM machines JOIN machine_components c ON c.id = failure_component"));
    assertEquals("3", DATABASE.value("SELECT count(*) FROM machine_transitions"));
    // And out of it again, without a trace: LEGACY 6.
    store.deliver(List.of(press.step("reset", Status.IDLE, null, null, Steps.NOTHING_ELSE)));
    assertEquals(press.state(), load().state());
    assertNull(
        DATABASE.value(
            "SELECT 1 FROM machines WHERE is_failure_mode OR failure_component IS NOT NULL"
                + " OR failure_description IS NOT NULL"));
  }

  /** A component that the table does not know is no reason to lose the failure, nor its name. */
  @Test
  void anUnknownComponentIsKeptByName() throws Exception {
    Steps press = steps();
    store.deliver(List.of(press.error("Flux capacitor", "Low"), press.lost()));
    assertEquals(new Failure("Flux capacitor", "Low"), load().state().failure());
    assertNull(DATABASE.value("SELECT failure_component FROM machines"));
  }

  /** A component of the same name on another machine is another component. */
  @Test
  void aComponentIsLookedForOnItsOwnMachineOnly() throws Exception {
    store.register("PRESS-02");
    DATABASE.execute(
        "INSERT INTO machine_components (machine_id, name)"
            + " SELECT id, 'Pump' FROM machines WHERE serial_number = 'PRESS-02'");
    store.deliver(List.of(steps().error("Pump", "Pump is dry")));
    assertNull(
        DATABASE.value("SELECT failure_component FROM machines WHERE serial_number = 'PRESS-01'"));
  }

  /** While the failure stays, so does the component, though it was renamed since. */
  @Test
  void aFailureThatIsKeptKeepsItsComponent() throws Exception {
    DATABASE.execute(
        "INSERT INTO machine_components (machine_id, name) SELECT id, 'Pump' FROM machines");
    Steps press = steps();
    store.deliver(List.of(press.error("Pump", "Pump is dry")));
    DATABASE.execute("UPDATE machine_components SET name = 'Main pump'");
    store.deliver(List.of(press.lost()));
    assertEquals(new Failure("Main pump", "Pump is dry"), load().state().failure());
  }

  /** Old code set is_failure_mode and left the rest empty. */
  @Test
  void anErrorWithoutADescriptionCanBeRead() throws Exception {
    DATABASE.execute("UPDATE machines SET status = 'error', is_failure_mode = true");
    Row row = load();
    assertEquals(new Failure(null, "no description recorded"), row.state().failure());
    assertEquals("external", row.lastEvent());
    assertEquals(1, row.state().seq());
  }

  /** LEGACY: "also used online, running, executing". One such row must not hide all the others. */
  @Test
  void aRowInNoKnownStateIsNamedAndTheOthersAreRead() throws Exception {
    try (TestDatabase loose = TestDatabase.withSchema().create()) {
      loose.execute(
          "ALTER TABLE machines DROP CONSTRAINT machines_status_known;"
              + " ALTER TABLE machines DROP CONSTRAINT machines_processing_has_process;"
              + " INSERT INTO machines (serial_number, status)"
              + " VALUES ('A', 'idle'), ('B', 'running'), ('C', 'processing')");
      Rows rows = new MachineStore(loose.dataSource()).all();
      assertEquals(Set.of("A"), rows.readable().keySet());
      assertEquals(
          "row of machine B cannot be understood: status \"running\" is none of offline, idle,"
              + " processing, error",
          rows.unreadable().get("B"));
      assertTrue(rows.unreadable().get("C").contains("has a process id"));
    }
  }

  /** Another writer's detail need not be like ours. */
  @Test
  void aCycleThatIsNoCountIsNotKnown() throws Exception {
    DATABASE.execute("UPDATE machines SET last_detail = '{\"cycle\": \"many\"}'");
    assertNull(load().lastCycle());
    DATABASE.execute("UPDATE machines SET last_detail = '[1]'");
    assertNull(load().lastCycle());
  }

  @Test
  void historyIsToldFromBothEnds() throws Exception {
    Steps press = steps();
    List<Addressed> three = List.of(press.found(), press.start(), press.complete());
    store.deliver(three);
    List<HistoryRow> all = store.allHistory("PRESS-01");
    assertEquals(List.of(1L, 2L, 3L), all.stream().map(HistoryRow::seq).toList());
    assertEquals(
        three.stream().map(step -> step.transition().id()).toList(),
        all.stream().map(HistoryRow::transitionId).toList());
    HistoryRow end = all.get(2);
    assertEquals(
        List.of("complete", "processing", "idle"), List.of(end.event(), end.from(), end.to()));
    // The run that has just ended, though the row has no process any more.
    assertEquals(three.get(1).transition().to().processId(), end.processId());
    assertEquals(List.of(end, all.get(1)), store.history("PRESS-01", 2));
    assertEquals(List.of(end), store.historyAfter("PRESS-01", 2, 10));
    assertEquals(List.of(), store.history("PRESS-99", 2));
  }

  /** I8. */
  @Test
  void aBatchHasALimit() throws Exception {
    List<Addressed> tooMany = Collections.nCopies(MachineStore.MAX_BATCH + 1, steps().found());
    assertThrows(IllegalArgumentException.class, () -> store.deliver(tooMany));
    assertEquals(List.of(), store.deliver(List.of()));
  }

  private Row load() throws Exception {
    return store.load(List.of("PRESS-01")).readable().get("PRESS-01");
  }

  private Steps steps() throws Exception {
    return new Steps(load());
  }

  /** The database's clock, which in a container need not be ours. */
  private static String now() throws Exception {
    return DATABASE.value(
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  }
}
