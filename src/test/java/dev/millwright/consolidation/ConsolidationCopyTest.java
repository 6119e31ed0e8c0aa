package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.COPY;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.apply;
import static dev.millwright.consolidation.OldInstallation.rollback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of each row, and of what is written between the phases. Tests that begin with
 * "legacy" name the fault of LEGACY's first list, those with "plan000" the phase of that plan.
 */
class ConsolidationCopyTest {

  private static final String PROCESS = "00000000-0000-0000-0000-00000000000a";
  private static final String OTHER = "00000000-0000-0000-0000-00000000000b";

  private static final String FAILURE = "status, is_failure_mode, failure_description";

  private TestDatabase database;

  @BeforeEach
  void create() throws Exception {
    database = OldInstallation.real();
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  /** Plan 000 took them for "not failed" in upper case, and lost a flag stored on an idle row. */
  @Test
  void plan000Phase3StoredFailureFlagsSurvive() throws Exception {
    state("VIRTUAL-DEV-001", "is_failure_mode = true, failure_description = 'Dry'");
    both("VIRTUAL-DEV-002", "error", "ERROR");
    apply(database, COPY);
    assertEquals("error t Valve 1 does not close", machine("MACHINE-001", FAILURE));
    assertEquals("idle t Dry", machine("VIRTUAL-DEV-001", FAILURE));
    assertEquals("error t", machine("VIRTUAL-DEV-002", FAILURE));
    assertEquals(
        "Valve 1",
        database.value(
            "SELECT name FROM machine_components JOIN machines"
                + " ON machine_components.id = failure_component"));
  }

  /** Plan 000 left their state_since null. */
  @Test
  void plan000Phase3The13WithoutARowAreDatedAndMarkedAsEstimated() throws Exception {
    apply(database, COPY);
    assertEquals("0", database.value("SELECT count(*) FROM machines WHERE state_since IS NULL"));
    assertEquals(
        "13",
        database.value(
            "SELECT count(*) FROM machines WHERE state_since = updated_at AND"
                + " last_detail -> 'consolidation' -> 'estimated' = '[\"state_since\"]'"));
    // Nothing of their state has changed: that is no transition. A failure that was taken over is
    // one.
    assertEquals(
        "MACHINE-001",
        database.value(
            "SELECT string_agg(serial_number, ' ') FROM machine_transitions"
                + " JOIN machines ON id = machine_id"));
  }

  /** Plan 000 said nothing of them. */
  @Test
  void plan000Phase3WhereTheTwoDisagreeTheNewerIsTrueAndBothAreListed() throws Exception {
    state("VIRTUAL-DEV-001", "current_state = 'OFFLINE', updated_at = now() - interval '1 hour'");
    state("VIRTUAL-DEV-002", "current_state = 'OFFLINE', updated_at = timestamptz '2020-01-01Z'");
    state("VIRTUAL-DEV-002", "state_since = timestamptz '2020-01-01Z'");
    apply(database, COPY);
    assertEquals("offline", machine("VIRTUAL-DEV-001", "status"));
    assertEquals("idle", machine("VIRTUAL-DEV-002", "status"));
    assertEquals(
        "1 consolidated idle>offline",
        database.value(
            "SELECT concat_ws(' ', state_seq, event, from_status || '>' || to_status)"
                + " FROM machine_transitions"));
    assertEquals(
        "VIRTUAL-DEV-001 idle>offline machine_state is newer,"
            + " VIRTUAL-DEV-002 idle>idle machines is newer",
        database.value(
            "SELECT string_agg(serial_number || ' ' || before || '>' || after || ' '"
                + " || substring(why FROM '[^ ]+ is newer'), ', ' ORDER BY serial_number)"
                + " FROM millwright_changes JOIN machines ON id::text = row_key"
                + " WHERE phase = '03-copy' AND column_name = 'status'"));
  }

  /** Processing without a process, idle with one: made true, and the old value told. */
  @Test
  void rowsThatCannotBeTrueAreGivenATruthThatIsMarked() throws Exception {
    both("VIRTUAL-DEV-001", "processing", "PROCESSING");
    both("VIRTUAL-DEV-002", "Processing", "PROCESSING");
    state("VIRTUAL-DEV-002", "process_id = '" + PROCESS + "'");
    database.execute(
        "UPDATE machines SET current_process_id = '" + OTHER + "' WHERE serial_number = 'RT-001'");
    apply(database, NORMALISE);
    String made = machine("VIRTUAL-DEV-001", "current_process_id");
    assertNotEquals("", made);
    assertEquals(made, stateOf("VIRTUAL-DEV-001", "process_id"));
    assertEquals(PROCESS, machine("VIRTUAL-DEV-002", "current_process_id"));
    apply(database, COPY);
    assertEquals("idle", machine("RT-001", "status, current_process_id"));
    assertEquals(
        OTHER,
        machine(
            "RT-001",
            "last_detail -> 'consolidation' -> 'before' ->> 'machines.current_process_id'"));
  }

  /** A component that was deleted behind the foreign key's back. */
  @Test
  void aFailedComponentThatDoesNotExistIsKeptInTheReport() throws Exception {
    database.execute(
        "ALTER TABLE machine_state DROP CONSTRAINT machine_state_failure_component_fkey;"
            + " UPDATE machine_state SET failure_component = '"
            + PROCESS
            + "' WHERE current_state = 'error'");
    apply(database, COPY);
    assertEquals("error", machine("MACHINE-001", "status, failure_component"));
    assertEquals(
        "MACHINE-001: machine_state names component " + PROCESS + ", which does not exist",
        database.value(
            "SELECT why FROM millwright_changes WHERE column_name = 'failure_component'"));
  }

  /** Plan 000, phase 4: it had nothing for the hours in which old and new code both write. */
  @Test
  void plan000Phase4WhatOldCodeWroteSinceTheCopyIsMergedAtTheCutOver() throws Exception {
    apply(database, COPY);
    try (OldProgram old = new OldProgram(database.connect(), "recipe_flow")) {
      old.upsertState(
          UUID.fromString(machine("RT-002", "id")), "PROCESSING", UUID.fromString(PROCESS));
      old.send("UPDATE machines SET status = 'error' WHERE serial_number = 'RT-003'");
      old.send(
          "UPDATE machine_state SET current_state = 'IDLE', is_failure_mode = false,"
              + " failure_component = NULL, failure_description = NULL, updated_at = now()"
              + " WHERE current_state = 'error'");
    }
    apply(database, CUTOVER);
    assertEquals("idle f", machine("MACHINE-001", FAILURE));
    assertEquals(
        List.of(), OldInstallation.runner(database).verify(OldInstallation.plan(), CUTOVER));
    assertEquals("processing " + PROCESS, machine("RT-002", "status, current_process_id"));
    assertEquals("error t", machine("RT-003", "status, is_failure_mode"));
    rollback(database, COPY);
    assertEquals("offline", machine("RT-002", "status, current_process_id"));
    assertEquals("processing " + PROCESS, stateOf("RT-002", "current_state, process_id"));
  }

  /** A word that nobody knew when the first phase asked does not make its statement fail. */
  @Test
  void aWordThatComesLaterWaitsForItsMeaning() throws Exception {
    apply(database, NORMALISE);
    database.execute("UPDATE machines SET status = ' Queued' WHERE serial_number = 'RT-001'");
    database.execute("UPDATE machines SET status = ' BANANA' WHERE serial_number = 'RT-002'");
    assertEquals("idle", machine("RT-001", "status"));
    assertEquals("banana", machine("RT-002", "status"));
    new PlanRunner(database.dataSource(), new PlanOptions(Map.of("banana", "error"), null, null))
        .apply(OldInstallation.plan(), COLUMNS);
    assertEquals("error t", machine("RT-002", "status, is_failure_mode"));
    rollback(database, NORMALISE);
    assertEquals("banana", machine("RT-002", "status"));
  }

  /** What Millwright wrote after the cut-over is in the old table after the way back. */
  @Test
  void whatWasWrittenSinceGoesBackIntoTheOldShape() throws Exception {
    apply(database, null);
    write("TEST-001", "error', is_failure_mode = true, failure_description = 'Dry");
    write("VIRTUAL-DEV-001", "offline");
    rollback(database, null);
    assertEquals(
        "error t Dry", stateOf("TEST-001", "current_state, is_failure_mode, failure_description"));
    assertEquals("offline", stateOf("VIRTUAL-DEV-001", "current_state"));
    assertEquals("IDLE", stateOf("VIRTUAL-DEV-002", "current_state"));
    assertEquals("6", database.value("SELECT count(*) FROM machine_state"));
    // Its history has no place in the old tables, and is kept beside them.
    String kept =
        database.value(
            "SELECT relname FROM pg_class WHERE relname ~ '^machine_transitions_[0-9T]+$'");
    assertEquals("2", database.value("SELECT count(*) FROM \"" + kept + "\" WHERE event = 'x'"));
    apply(database, null);
    assertEquals(List.of(), OldInstallation.runner(database).verify(OldInstallation.plan()));
  }

  /** The same without a cut-over: Millwright knows machines only. */
  @Test
  void whatMillwrightWroteBeforeTheCutOverGoesBackToo() throws Exception {
    apply(database, COPY);
    write("TEST-001", "error', is_failure_mode = true, failure_description = 'Dry");
    rollback(database, null);
    assertEquals(
        "error t Dry", stateOf("TEST-001", "current_state, is_failure_mode, failure_description"));
  }

  /** A start without a row in machine_state raised after machines had been written. */
  @Test
  void legacy1AStartWithoutAStateRowIsAWholeStart() throws Exception {
    apply(database, CUTOVER);
    database.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '%s' WHERE serial_number = 'RT-001'"
            .formatted(PROCESS));
    assertEquals("processing " + PROCESS, stateOf("RT-001", "current_state, process_id"));
    database.execute(
        "UPDATE machine_state SET current_state = 'PROCESSING', process_id = '%s' WHERE machine_id = '%s'"
            .formatted(PROCESS, machine("RT-001", "id")));
    assertEquals(
        "1", database.value("SELECT count(*) FROM machine_transitions WHERE event = 'external'"));
  }

  /** The error path wrote twice, the second time without clearing the process. */
  @Test
  void legacy4TheErrorPathLeavesNoStaleProcessOnceTheMachineIsIdle() throws Exception {
    apply(database, CUTOVER);
    database.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '%s' WHERE serial_number = 'RT-001'"
            .formatted(PROCESS));
    database.execute("UPDATE machines SET status = 'error' WHERE serial_number = 'RT-001'");
    database.execute("UPDATE machines SET status = 'idle' WHERE serial_number = 'RT-001'");
    assertEquals("idle f", machine("RT-001", "status, current_process_id, is_failure_mode"));
    assertEquals("t", machine("RT-001", "state_since > now() - interval '1 minute'"));
    assertEquals("failed", database.value("SELECT outcome FROM process_runs"));
  }

  /** MACHINE-001 sat in error for ever: nobody could take it out of both tables. */
  @Test
  void legacy6OneUpdateTakesAMachineOutOfError() throws Exception {
    apply(database, CUTOVER);
    write(
        "MACHINE-001",
        "idle', is_failure_mode = false, failure_component = null, failure_description = '");
    assertEquals("idle f", stateOf("MACHINE-001", "current_state, is_failure_mode"));
  }

  /** A fallback wrote a column that no longer existed: ours exist until the old way ends. */
  @Test
  void legacy13EveryColumnOfTheOldTablesCanBeWrittenUntilTheCleaningUp() throws Exception {
    for (String phase : new String[] {NORMALISE, COLUMNS, COPY, CUTOVER}) {
      apply(database, phase);
      database.execute(
          "UPDATE machines SET lab_name = lab_name, machine_model = 'M', status = status,"
              + " current_process_id = current_process_id, updated_at = now(), is_active = true,"
              + " is_virtual = is_virtual, virtual_config = '{}'");
      database.execute(
          "UPDATE machine_state SET current_state = upper(current_state), process_id = process_id,"
              + " state_since = state_since, is_failure_mode = is_failure_mode,"
              + " failure_component = failure_component, failure_description = failure_description,"
              + " updated_at = now()");
    }
  }

  /** As Millwright does; the status may bring more columns along. */
  private void write(String serial, String status) throws SQLException {
    database.execute(
        "UPDATE machines SET status = '%s', state_seq = state_seq + 1, last_event = 'x',"
                .formatted(status)
            + " last_transition_id = gen_random_uuid(), state_since = clock_timestamp(),"
            + " updated_at = clock_timestamp() WHERE serial_number = '"
            + serial
            + "'");
  }

  private void both(String serial, String status, String state) throws SQLException {
    database.execute(
        "UPDATE machines SET status = '%s' WHERE serial_number = '%s'".formatted(status, serial));
    state(serial, "current_state = '" + state + "'");
  }

  private void state(String serial, String change) throws SQLException {
    database.execute(
        "UPDATE machine_state SET "
            + change
            + " FROM machines WHERE id = machine_id AND serial_number = '"
            + serial
            + "'");
  }

  private String machine(String serial, String columns) throws SQLException {
    return database.value(
        "SELECT concat_ws(' ', "
            + columns
            + ") FROM machines WHERE serial_number = '"
            + serial
            + "'");
  }

  private String stateOf(String serial, String columns) throws SQLException {
    return database.value(
        "SELECT concat_ws(' ', "
            + columns.replace(", ", ", state.").replaceFirst("^", "state.")
            + ") FROM machine_state AS state JOIN machines ON id = machine_id"
            + " WHERE serial_number = '"
            + serial
            + "'");
  }
}
