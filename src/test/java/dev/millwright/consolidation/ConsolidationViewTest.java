package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After the cut-over each statement of the old programs still does what it did. */
class ConsolidationViewTest {

  private static final UUID PROCESS = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-00000000000b");

  private static TestDatabase database;

  private OldProgram old;

  /** A machine with a row in the old machine_state, and one without. */
  private UUID known;

  private UUID without;

  @BeforeAll
  static void cutOver() throws Exception {
    database = OldInstallation.real();
    OldInstallation.apply(database, OldInstallation.CUTOVER);
  }

  @AfterAll
  static void drop() throws Exception {
    database.close();
  }

  @BeforeEach
  void connect() throws Exception {
    old = new OldProgram(database.connect(), "recipe_flow");
    known = register();
    old.send(
        "INSERT INTO machine_state (machine_id, current_state) VALUES ('" + known + "', 'IDLE')");
    without = register();
  }

  @AfterEach
  void disconnect() throws Exception {
    old.close();
  }

  private UUID register() throws SQLException {
    UUID id = UUID.randomUUID();
    old.send(
        "INSERT INTO machines (id, serial_number, lab_name, status) VALUES ('"
            + (id + "', 'TEST-" + id + "', 'lab 1', 'idle')"));
    return id;
  }

  @Test
  void theViewHasTheNamesAndTypesOfTheTable() throws Exception {
    String columns =
        "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)"
            + " FROM pg_attribute WHERE attnum > 0 AND attrelid = '%s'::regclass";
    assertEquals(
        database
            .value(String.format(columns, "machine_state_before_consolidation"))
            // Everything that takes the one takes the other.
            .replace("character varying", "text"),
        database.value(String.format(columns, "machine_state")));
  }

  @Test
  void anUpdateInUpperCaseReachesTheMachine() throws Exception {
    assertEquals(
        1,
        old.send(
            "UPDATE machine_state SET current_state = 'PROCESSING', process_id = '%s', state_since = now()"
                    .formatted(PROCESS)
                + " WHERE machine_id = '"
                + known
                + "'"));
    assertEquals("processing " + PROCESS, state(known));
    assertEquals("1", database.value("SELECT count(*)" + history(known)));
  }

  /** Also for one of the machines that had no row: in the old days that made one. */
  @Test
  void anUpsertReachesTheMachineWhetherItHadARowOrNot() throws Exception {
    assertEquals(1, old.upsertState(known, "PROCESSING", PROCESS));
    assertEquals("processing " + PROCESS, state(known));
    old.upsertState(without, "PROCESSING", OTHER);
    assertEquals("processing " + OTHER, state(without));
    assertEquals(1, old.upsertState(without, "IDLE", null));
    assertEquals("idle", state(without));
    assertEquals("2", database.value("SELECT count(*)" + history(without)));
  }

  /** LEGACY: one fact, written twice. It is one transition now. */
  @Test
  void theTwoWritesOfOneFactAreOneTransition() throws Exception {
    old.writeTwice(known, "processing", PROCESS);
    assertEquals("processing " + PROCESS, state(known));
    old.writeTwice(known, "idle", null);
    old.writeTwice(without, "processing", OTHER);
    assertEquals(
        "idle>processing processing>idle",
        database.value(
            "SELECT string_agg(from_status || '>' || to_status, ' ' ORDER BY state_seq)"
                + history(known)));
    assertEquals("1", database.value("SELECT count(*)" + history(without)));
  }

  @Test
  void insertsWithoutAWordOnConflictsDoWhatTheyDid() throws Exception {
    String insert = "INSERT INTO machine_state (machine_id, current_state) VALUES ('%s', 'ERROR')";
    SQLException twice =
        assertThrows(SQLException.class, () -> old.send(String.format(insert, known)));
    assertEquals("23505", twice.getSQLState());
    assertEquals("idle", state(known));
    old.send(String.format(insert, without));
    assertEquals("error", state(without));
    assertThrows(SQLException.class, () -> old.send(String.format(insert, without)));
    UUID third = register();
    assertEquals(0, old.send(String.format(insert, known) + " ON CONFLICT DO NOTHING"));
    assertEquals("idle", state(known));
    old.send(String.format(insert, third) + " ON CONFLICT (machine_id) DO NOTHING");
    assertEquals("error", state(third));
  }

  /** Nothing was said of the state: a machine that runs goes on running. */
  @Test
  void anInsertThatSaysNothingOfTheStateLeavesItAsItIs() throws Exception {
    old.writeMachine(without, "processing", PROCESS);
    old.send("INSERT INTO machine_state (machine_id) VALUES ('" + without + "')");
    assertEquals("processing " + PROCESS, state(without));
    old.send(
        "INSERT INTO machine_state (machine_id, failure_description) VALUES ('%s', 'Dry')"
                .formatted(without)
            + " ON CONFLICT (machine_id) DO UPDATE SET failure_description = excluded.failure_description");
    assertEquals("processing " + PROCESS, state(without));
    assertEquals("2", database.value("SELECT count(*)" + history(without)));
  }

  @Test
  void aMachineThatIsNotThereIsAnErrorAsBefore() {
    SQLException refused =
        assertThrows(SQLException.class, () -> old.upsertState(UUID.randomUUID(), "IDLE", null));
    assertEquals("23503", refused.getSQLState());
    assertTrue(refused.getMessage().contains("there is no machine with id"), refused.getMessage());
  }

  /** The old table's row was never the machine. */
  @Test
  void aDeleteTakesTheRowInTheOldSenseAndLeavesTheMachine() throws Exception {
    assertEquals(1, old.send("DELETE FROM machine_state WHERE machine_id = '" + known + "'"));
    assertEquals("idle", state(known));
    old.send(
        "INSERT INTO machine_state (machine_id, current_state) VALUES ('"
            + known
            + "', 'OFFLINE')");
    assertEquals("offline", state(known));
    old.send("DELETE FROM machines WHERE id = '" + known + "'");
    assertNull(state(known));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status = ' Idle '                                        | idle            | status not in lower case
          status = 'running', current_process_id = '%1$s'          | processing %1$s | old status 'running'
          status = 'banana'                                        | offline         | unknown status 'banana'
          status = NULL                                            | offline         | no status
          status = 'idle', current_process_id = '%1$s'             | idle            | idle with a process
          status = 'error'                                         | error           | error without a failure flag
          failure_component = '%1$s'                               | idle            | failed component that does not exist
          is_failure_mode = NULL, updated_at = NULL                | idle            | update
          """)
  void whatOldProgramsLeaveOutIsCompletedAndCounted(String change, String then, String kind)
      throws Exception {
    long before = count(kind);
    old.send("UPDATE machines SET " + change.formatted(PROCESS) + " WHERE id = '" + known + "'");
    assertEquals(then.formatted(PROCESS), state(known));
    assertTrue(count(kind) > before, kind);
  }

  @Test
  void processingWithoutAProcessGetsOneAndKeepsTheOneItHas() throws Exception {
    old.upsertState(known, "PROCESSING", null);
    String made =
        database.value("SELECT current_process_id FROM machines WHERE id = '" + known + "'");
    assertEquals("processing " + made, state(known));
    old.upsertState(known, "PROCESSING", null);
    old.writeMachine(known, "processing", null);
    assertEquals("processing " + made, state(known));
    assertEquals("1", database.value("SELECT count(*)" + history(known)));
  }

  /** A flag that was completed has nobody who takes it back; one that was told does. */
  @Test
  void theCompletedFlagGoesWithTheErrorAndAToldOneStays() throws Exception {
    String flag = "SELECT is_failure_mode FROM machines WHERE id = '" + known + "'";
    old.writeTwice(known, "error", null);
    assertEquals("t", database.value(flag));
    old.writeTwice(known, "idle", null);
    assertEquals("f", database.value(flag));
    old.send(
        "UPDATE machine_state SET current_state = 'ERROR', is_failure_mode = true,"
            + (" failure_description = 'Dry' WHERE machine_id = '" + known + "'"));
    old.writeTwice(known, "idle", null);
    assertEquals("t", database.value(flag));
  }

  /** Writers are named, and one open transaction keeps nobody else from being counted. */
  @Test
  void writersAreCountedWithoutWaitingForEachOther() throws Exception {
    try (OldProgram slow = new OldProgram(database.connect(), "slow")) {
      slow.connection().setAutoCommit(false);
      slow.writeTwice(known, "processing", PROCESS);
      old.send("SET lock_timeout = '2s'");
      old.writeTwice(without, "processing", OTHER);
      slow.connection().commit();
    }
    assertEquals(
        "postgres 2 t",
        database.value(
            "SELECT concat_ws(' ', database_user, writes, first_at <= last_at AND last_at <= now())"
                + " FROM millwright_foreign_writers WHERE application = 'slow' AND kind = 'update'"));
  }

  /** Millwright's own UPDATE is nobody else's. */
  @Test
  void whoeverCountsTheSequenceIsNotAForeigner() throws Exception {
    long before = count("update");
    old.send(
        "UPDATE machines SET status = 'offline', state_seq = state_seq + 1, last_event = 'link_lost',"
            + (" last_transition_id = gen_random_uuid() WHERE id = '" + known + "'"));
    old.send("UPDATE machines SET progress = '{}' WHERE id = '" + known + "'");
    assertEquals(before, count("update"));
  }

  private static long count(String kind) throws SQLException {
    return Long.parseLong(
        database.value(
            "SELECT coalesce(sum(writes), 0) FROM millwright_foreign_writers WHERE kind = '"
                + (kind.replace("'", "''") + "'")));
  }

  private static String history(UUID machine) {
    return " FROM machine_transitions WHERE machine_id = '" + machine + "'";
  }

  /** Both names say the same. */
  private static String state(UUID machine) throws SQLException {
    String state =
        database.value(
            "SELECT concat_ws(' ', status, current_process_id) FROM machines WHERE id = '"
                + (machine + "'"));
    assertEquals(
        state,
        database.value(
            "SELECT concat_ws(' ', current_state, process_id) FROM machine_state WHERE machine_id = '"
                + (machine + "'")));
    return state;
  }
}
