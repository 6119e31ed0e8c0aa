package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.store.Addressed;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Row;
import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plan functions: what LEGACY says went wrong in and around the functions of document 001. */
@Timeout(60)
class FunctionsTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";
  private static final String ROW =
      "SELECT concat_ws(' ', state_seq, last_event, status, coalesce(current_process_id::text, '-'),"
          + " is_failure_mode, coalesce(failure_description, '-')) FROM machines";

  private final ExecutorService other = Executors.newFixedThreadPool(4);
  private String machine;

  @BeforeAll
  static void apply() throws Exception {
    new PlanRunner(DATABASE.dataSource()).apply(Plan.load("functions"), null);
  }

  @BeforeEach
  void oneMachineAsItIsMade() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; TRUNCATE machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('MACHINE-001')");
    machine = DATABASE.value("SELECT id FROM machines");
  }

  @AfterEach
  void end() {
    other.shutdownNow();
  }

  /** LEGACY 1 and 001: the 13 machines that never had a machine_state row run like any other. */
  @Test
  void legacy1_aMachineWithoutOldStateRowStartsCompletesAndFails() throws Exception {
    JsonObject started = processing(A);
    assertTrue(started.get("success").getAsBoolean(), started.toString());
    assertTrue(started.get("error").isJsonNull());
    assertEquals("1 start processing " + A + " f -", DATABASE.value(ROW));
    assertTrue(succeeds(complete(A)));
    assertEquals("2 complete idle - f -", DATABASE.value(ROW));
    assertTrue(succeeds(error("valve 3 stuck", null)));
    assertEquals("3 error error - t valve 3 stuck", DATABASE.value(ROW));
  }

  /** What the old callers read, and what new ones need. */
  @Test
  void theResultHasTheRowUnderItsOldNamesAndItsNewOne() throws Exception {
    JsonObject result = processing(A);
    assertEquals(machine, result.get("machine_id").getAsString());
    assertEquals(A, result.get("process_id").getAsString());
    assertEquals("processing", result.getAsJsonObject("machine").get("status").getAsString());
    JsonObject old = result.getAsJsonObject("machine_state");
    assertEquals("processing", old.get("current_state").getAsString());
    assertEquals(A, old.get("process_id").getAsString());
    assertEquals(
        DATABASE.value("SELECT last_transition_id FROM machines"),
        result.get("transition_id").getAsString());
  }

  /** LEGACY 2: the second start waits for the first, and then sees it. */
  @Test
  void legacy2_ofTwoStartsAtOnceOneIsTold() throws Exception {
    try (Connection first = DATABASE.connect();
        Statement statement = first.createStatement()) {
      first.setAutoCommit(false);
      assertTrue(succeeds(call(statement, "atomic_processing_machine_state", A)));
      Future<JsonObject> second = other.submit(() -> processing(B));
      awaitBlocked(1);
      first.commit();
      JsonObject refused = second.get();
      assertFalse(succeeds(refused));
      assertEquals(
          "machine MACHINE-001 is busy with process " + A + ": stop it or let it end first",
          refused.get("error").getAsString());
    }
    assertEquals("1 start processing " + A + " f -", DATABASE.value(ROW));
  }

  /** LEGACY 3: also where the completion of A was under way while B started. */
  @Test
  void legacy3_aLateCompletionOfOneProcessNeverEndsAnother() throws Exception {
    processing(A);
    try (Connection first = DATABASE.connect();
        Statement statement = first.createStatement()) {
      first.setAutoCommit(false);
      statement.execute("SELECT atomic_update_machine_state('" + machine + "', 'idle')");
      statement.execute("SELECT atomic_processing_machine_state('" + machine + "', '" + B + "')");
      Future<JsonObject> late = other.submit(() -> complete(A));
      awaitBlocked(1);
      first.commit();
      assertEquals(
          "machine MACHINE-001 runs process "
              + B
              + ", not "
              + A
              + ": a late call changes no other run",
          late.get().get("error").getAsString());
    }
    assertFalse(succeeds(error("of the old run", A)));
    assertEquals("3 start processing " + B + " f -", DATABASE.value(ROW));
    assertTrue(succeeds(complete(B)));
  }

  /** LEGACY 4: one write sets all of it, and the process is gone with it. */
  @Test
  void legacy4_theErrorPathIsOneWriteThatLeavesNoProcess() throws Exception {
    processing(A);
    assertTrue(succeeds(error("pump dry", A)));
    assertEquals("2 error error - t pump dry", DATABASE.value(ROW));
    assertEquals("2", DATABASE.value("SELECT count(*) FROM machine_transitions"));
    assertEquals("failed", DATABASE.value("SELECT outcome FROM process_runs"));
    JsonObject again = error("pump dry, told again", null);
    assertTrue(succeeds(again));
    assertFalse(again.get("changed").getAsBoolean());
    assertEquals("2 error error - t pump dry", DATABASE.value(ROW));
  }

  /** LEGACY 6: MACHINE-001 sat in error for ever. */
  @Test
  void legacy6_errorHasAWayOutThatClearsTheFailure() throws Exception {
    DATABASE.execute(
        "INSERT INTO machine_components (machine_id, name) VALUES ('" + machine + "', 'P')");
    String component = DATABASE.value("SELECT id FROM machine_components");
    assertTrue(
        succeeds(
            call(
                String.format(
                    "atomic_error_machine_state(p_machine_id => '%s', p_error_message => 'dry',"
                        + " p_failure_component => '%s')",
                    machine, component))));
    assertEquals(component, DATABASE.value("SELECT failure_component FROM machines"));
    JsonObject refused = processing(A);
    assertEquals(
        "machine MACHINE-001 is in error (dry): reset it first, by status idle",
        refused.get("error").getAsString());
    assertTrue(succeeds(call(String.format("atomic_update_machine_state('%s', 'idle')", machine))));
    assertEquals("2 reset idle - f -", DATABASE.value(ROW));
    assertEquals(null, DATABASE.value("SELECT failure_component FROM machines"));
    assertTrue(succeeds(processing(A)));
  }

  /** LEGACY 10: what was stopped stays stopped, whatever its program throws afterwards. */
  @Test
  void legacy10_anExceptionAfterTheStopMakesNoFailureOfIt() throws Exception {
    processing(A);
    assertTrue(
        succeeds(
            call(
                String.format(
                    "atomic_update_machine_state('%s', 'idle', p_expected_process_id => '%s',"
                        + " p_event => 'stop')",
                    machine, A))));
    JsonObject refused = error("valve closed while it was being opened", A);
    assertEquals(
        "machine MACHINE-001 (idle) runs no process, so not " + A,
        refused.get("error").getAsString());
    assertEquals("2 stop idle - f -", DATABASE.value(ROW));
    assertEquals("stopped", DATABASE.value("SELECT outcome FROM process_runs"));
  }

  /** LEGACY 13: there is no second write that could fail for a column that is gone. */
  @Test
  void legacy13_aRunThatWentWellIsRecordedSo() throws Exception {
    processing(A);
    assertTrue(succeeds(complete(A)));
    assertEquals(null, DATABASE.value("SELECT to_regclass('machine_state')"));
    assertEquals("completed", DATABASE.value("SELECT outcome FROM process_runs"));
  }

  /** Document 001 left an old failure_description where a run had completed. */
  @Test
  void legacy001_completionLeavesNoOldFailure() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '"
            + A
            + "', is_failure_mode = true, failure_description = 'of last week'");
    assertTrue(succeeds(complete(A)));
    assertEquals("2 complete idle - f -", DATABASE.value(ROW));
  }

  /**
   * Document 001 accepted status 'banana'; what cannot be is refused with its reason, unwritten.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'banana' | status 'banana' is none of offline, idle, processing, error
          NULL | status NULL is none of offline, idle, processing, error
          'processing' | processing needs a process id
          'idle', gen_random_uuid() | idle takes no process id; to name the run that is meant, use p_expected_process_id
          'idle', p_machine_state_current_state => 'error' | machine_state is to be 'error' and machines 'idle': a machine has one status
          'idle', p_is_failure_mode => true | idle is no failure mode: set status error
          'error', p_event => 'complete' | event 'complete' does not lead to error: complete and stop lead to idle
          'idle', p_event => 'complete' | machine MACHINE-001 is offline: there is no run to complete
          'error', p_failure_component => '00000000-0000-0000-0000-00000000000c' | component 00000000-0000-0000-0000-00000000000c is none of machine MACHINE-001's, or its status is not to be error
          """)
  void legacy001_whatCannotBeIsRefusedWithItsReason(String arguments, String reason)
      throws Exception {
    JsonObject refused =
        call(String.format("atomic_update_machine_state('%s', %s)", machine, arguments));
    assertFalse(succeeds(refused));
    assertEquals(reason, refused.get("error").getAsString());
    assertEquals("0 offline - f -", DATABASE.value(ROW));
  }

  /** An exception is what made the old callers write twice, past every guard. */
  @Test
  void aMachineThatIsNotThereIsAnAnswerToo() throws Exception {
    DATABASE.execute("DELETE FROM machines");
    JsonObject refused = complete(A);
    assertTrue(refused.get("error").getAsString().startsWith("there is no machine " + machine));
    assertTrue(refused.get("machine").isJsonNull());
  }

  /** Old code mixed upper and lower case, and gave every parameter that there was. */
  @Test
  void theOldCallWithAllItsNamedParametersWorks() throws Exception {
    assertTrue(
        succeeds(
            call(
                String.format(
                    "atomic_update_machine_state(p_machine_id => '%1$s', p_machine_status => 'PROCESSING',"
                        + " p_machine_state_current_state => 'processing', p_current_process_id => '%2$s',"
                        + " p_machine_state_process_id => '%2$s', p_is_failure_mode => false,"
                        + " p_failure_description => NULL)",
                    machine, A))));
    assertTrue(
        succeeds(
            call(String.format("atomic_complete_machine_state(p_machine_id => '%s')", machine))));
    assertEquals("2 complete idle - f -", DATABASE.value(ROW));
  }

  /** Document 001 failed on SET TRANSACTION; who wants that isolation sets it himself. */
  @Test
  void legacy001_aCallerInRepeatableReadIsServed() throws Exception {
    try (Connection strict = DATABASE.connect();
        Statement statement = strict.createStatement()) {
      strict.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      strict.setAutoCommit(false);
      assertTrue(succeeds(call(statement, "atomic_processing_machine_state", A)));
      strict.commit();
    }
  }

  /** DESIGN 3: a lost link keeps run and failure, and the caller finds his run again. */
  @Test
  void offlineKeepsTheRun() throws Exception {
    processing(A);
    assertTrue(
        succeeds(call(String.format("atomic_update_machine_state('%s', 'offline')", machine))));
    assertEquals("2 link_lost offline " + A + " f -", DATABASE.value(ROW));
    assertFalse(succeeds(processing(B)));
    assertTrue(succeeds(processing(A)));
    assertEquals("3 link_found processing " + A + " f -", DATABASE.value(ROW));
    assertFalse(processing(A).get("changed").getAsBoolean());
    assertEquals("1", DATABASE.value("SELECT count(*) FROM process_runs"));
  }

  /** I4: status idle alone does not say how the run ended, and neither do we. */
  @Test
  void anEndWithoutAWordHasAnUnknownOutcome() throws Exception {
    processing(A);
    call(String.format("atomic_update_machine_state('%s', 'idle')", machine));
    assertEquals("unknown", DATABASE.value("SELECT outcome FROM process_runs"));
  }

  /** I5: history says that a function wrote, and for whom; the counter that proves runs stays. */
  @Test
  void theHistorySaysWhoCalled() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'idle', state_seq = 1, last_event = 'link_found',"
            + " last_transition_id = gen_random_uuid(), last_detail = '{\"cycle\": 17, \"batch\": \"of none\"}'");
    DATABASE.execute(
        "SET application_name = 'executor.py'; SELECT atomic_processing_machine_state('"
            + machine
            + "', '"
            + A
            + "')");
    assertEquals(
        "{\"user\": \"postgres\", \"cycle\": 17, \"source\": \"function\","
            + " \"application\": \"executor.py\"}",
        DATABASE.value("SELECT detail - 'address' FROM machine_transitions WHERE event = 'start'"));
  }

  /** I3: Millwright's own guard sees what a function has written, and takes it for another's. */
  @Test
  void whatMillwrightDecidedOnTheRowBeforeIsNotWrittenOverIt() throws Exception {
    MachineStore store = new MachineStore(DATABASE.dataSource());
    Row before = store.all().readable().get("MACHINE-001");
    assertFalse(before.isByAnotherWriter());
    processing(A);
    MachineState found =
        new MachineState(1, Status.IDLE, null, Instant.parse("2026-11-20T09:00:00Z"), null);
    Transition decided =
        new Transition(
            UUID.randomUUID(),
            "link_found",
            before.state(),
            found,
            new Detail(Detail.MACHINE, null, null, null, 0, null, false));
    Outcome outcome = store.deliver(List.of(new Addressed(before.id(), null, decided))).get(0);
    assertEquals(Outcome.Kind.CONFLICT, outcome.kind());
    assertEquals("1 start processing " + A + " f -", DATABASE.value(ROW));
    assertTrue(store.all().readable().get("MACHINE-001").isByAnotherWriter());
    assertTrue(store.history("MACHINE-001", 1).get(0).isByAnotherWriter());
  }

  /** I5: whoever calls at the same time as whom, the history has no gap and the row no nonsense. */
  @Test
  void callersAtTheSameTimeLeaveAHistoryWithoutGaps() throws Exception {
    List<Future<Integer>> callers = new ArrayList<>();
    for (int caller = 0; caller < 4; caller++) {
      int seed = caller;
      callers.add(other.submit(() -> callAtRandom(new Random(seed), 50)));
    }
    int changes = 0;
    for (Future<Integer> caller : callers) {
      changes += caller.get();
    }
    assertTrue(changes > 50, () -> "too few calls came through to prove anything");
    assertEquals(
        changes + " " + changes + " " + changes,
        DATABASE.value(
            "SELECT concat_ws(' ', (SELECT state_seq FROM machines), count(*), max(state_seq))"
                + " FROM machine_transitions"));
    assertEquals(
        "0",
        DATABASE.value(
            "SELECT count(*) FROM (SELECT from_status, lag(to_status) OVER (ORDER BY state_seq)"
                + " AS before FROM machine_transitions) AS steps WHERE before <> from_status"));
  }

  private int callAtRandom(Random random, int calls) throws SQLException {
    int changes = 0;
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement()) {
      for (int call = 0; call < calls; call++) {
        String process = random.nextBoolean() ? A : B;
        String expression =
            switch (random.nextInt(4)) {
              case 0 -> "atomic_complete_machine_state('" + machine + "', '" + process + "')";
              case 1 -> "atomic_error_machine_state('" + machine + "', 'x', '" + process + "')";
              case 2 -> "atomic_update_machine_state('" + machine + "', 'idle')";
              default -> "atomic_processing_machine_state('" + machine + "', '" + process + "')";
            };
        JsonObject result = json(statement, "SELECT " + expression);
        changes += result.get("changed").getAsBoolean() ? 1 : 0;
      }
    }
    return changes;
  }

  private JsonObject processing(String process) throws SQLException {
    return call(String.format("atomic_processing_machine_state('%s', '%s')", machine, process));
  }

  private JsonObject complete(String process) throws SQLException {
    return call(String.format("atomic_complete_machine_state('%s', '%s')", machine, process));
  }

  private JsonObject error(String message, String process) throws SQLException {
    String meant = process == null ? "NULL" : "'" + process + "'";
    return call(
        String.format("atomic_error_machine_state('%s', '%s', %s)", machine, message, meant));
  }

  private static JsonObject call(String expression) throws SQLException {
    return JsonParser.parseString(DATABASE.value("SELECT " + expression)).getAsJsonObject();
  }

  private JsonObject call(Statement statement, String function, String process)
      throws SQLException {
    return json(statement, "SELECT " + function + "('" + machine + "', '" + process + "')");
  }

  private static JsonObject json(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return JsonParser.parseString(row.getString(1)).getAsJsonObject();
    }
  }

  private static boolean succeeds(JsonObject result) {
    return result.get("success").getAsBoolean();
  }

  /** Until so many sessions wait for another one's row; bounded by the class's time-out. */
  private static void awaitBlocked(int sessions) throws Exception {
    while (!DATABASE
        .value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND cardinality(pg_blocking_pids(pid)) > 0")
        .equals(String.valueOf(sessions))) {
      Thread.sleep(20);
    }
  }
}
