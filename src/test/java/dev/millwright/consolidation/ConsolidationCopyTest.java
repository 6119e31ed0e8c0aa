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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What becomes of each row, and of what is written between the phases. Tests that begin with
 * "plan000" name the phase of that plan.
 */
class ConsolidationCopyTest {

  private static final String PROCESS = "00000000-0000-0000-0000-00000000000a";
  private static final String OTHER = "00000000-0000-0000-0000-00000000000b";

  private static final String FAILURE = "status, is_failure_mode, failure_description";

  @RegisterExtension static final TestDatabase database = TestDatabase.empty();

  private OldRows rows;

  @BeforeEach
  void create() throws Exception {
    OldInstallation.realAgain(database);
    rows = new OldRows(database);
  }

  /** Plan 000 took them for "not failed" in upper case, and lost a flag stored on an idle row. */
  @Test
  void plan000Phase3StoredFailureFlagsSurvive() throws Exception {
    rows.state("VIRTUAL-DEV-001", "is_failure_mode = true, failure_description = 'Dry'");
    rows.both("VIRTUAL-DEV-002", "error", "ERROR");
    apply(database, COPY);
    assertEquals("error t Valve 1 does not close", rows.machine("MACHINE-001", FAILURE));
    assertEquals("idle t Dry", rows.machine("VIRTUAL-DEV-001", FAILURE));
    assertEquals("error t", rows.machine("VIRTUAL-DEV-002", FAILURE));
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
    rows.state(
        "VIRTUAL-DEV-001", "current_state = 'OFFLINE', updated_at = now() - interval '1 hour'");
    rows.state(
        "VIRTUAL-DEV-002", "current_state = 'OFFLINE', updated_at = timestamptz '2020-01-01Z'");
    rows.state("VIRTUAL-DEV-002", "state_since = timestamptz '2020-01-01Z'");
    apply(database, COPY);
    assertEquals("offline", rows.machine("VIRTUAL-DEV-001", "status"));
    assertEquals("idle", rows.machine("VIRTUAL-DEV-002", "status"));
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
    rows.both("VIRTUAL-DEV-001", "processing", "PROCESSING");
    rows.both("VIRTUAL-DEV-002", "Processing", "PROCESSING");
    rows.state("VIRTUAL-DEV-002", "process_id = '" + PROCESS + "'");
    database.execute(
        "UPDATE machines SET current_process_id = '" + OTHER + "' WHERE serial_number = 'RT-001'");
    apply(database, NORMALISE);
    String made = rows.machine("VIRTUAL-DEV-001", "current_process_id");
    assertNotEquals("", made);
    assertEquals(made, rows.stateOf("VIRTUAL-DEV-001", "process_id"));
    assertEquals(PROCESS, rows.machine("VIRTUAL-DEV-002", "current_process_id"));
    apply(database, COPY);
    assertEquals("idle", rows.machine("RT-001", "status, current_process_id"));
    assertEquals(
        OTHER,
        rows.machine(
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
    assertEquals("error", rows.machine("MACHINE-001", "status, failure_component"));
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
          UUID.fromString(rows.machine("RT-002", "id")), "PROCESSING", UUID.fromString(PROCESS));
      old.send("UPDATE machines SET status = 'error' WHERE serial_number = 'RT-003'");
      old.send(
          "UPDATE machine_state SET current_state = 'IDLE', is_failure_mode = false,"
              + " failure_component = NULL, failure_description = NULL, updated_at = now()"
              + " WHERE current_state = 'error'");
    }
    apply(database, CUTOVER);
    assertEquals("idle f", rows.machine("MACHINE-001", FAILURE));
    assertEquals(
        List.of(), OldInstallation.runner(database).verify(OldInstallation.plan(), CUTOVER));
    assertEquals("processing " + PROCESS, rows.machine("RT-002", "status, current_process_id"));
    assertEquals("error t", rows.machine("RT-003", "status, is_failure_mode"));
    rollback(database, COPY);
    assertEquals("offline", rows.machine("RT-002", "status, current_process_id"));
    assertEquals("processing " + PROCESS, rows.stateOf("RT-002", "current_state, process_id"));
  }

  /** An old program that dates neither column: the hour between the copy and the cut-over. */
  @Test
  void aStateThatIsWrittenWithoutATimeIsDated() throws Exception {
    apply(database, COPY);
    database.execute("UPDATE machines SET updated_at = now() WHERE serial_number LIKE 'VIRTUAL%'");
    rows.state(
        "VIRTUAL-DEV-001",
        "current_state = 'ERROR', is_failure_mode = true, failure_description = 'Leak'");
    apply(database, CUTOVER);
    assertEquals("error t Leak", rows.machine("VIRTUAL-DEV-001", FAILURE));
  }

  /** Idle with the failure of an earlier error would be true in neither table. */
  @Test
  void theFailureComesWithTheStatusAndTheOlderOneIsListed() throws Exception {
    rows.state(
        "VIRTUAL-DEV-001",
        "current_state = 'ERROR', is_failure_mode = true, failure_description = 'Leak',"
            + " updated_at = timestamptz '2020-01-01Z', state_since = timestamptz '2020-01-01Z'");
    apply(database, COPY);
    assertEquals("idle f", rows.machine("VIRTUAL-DEV-001", FAILURE));
    assertEquals(
        "VIRTUAL-DEV-001: machine_state, which is older, says true,"
            + " VIRTUAL-DEV-001: machine_state, which is older, says \"Leak\"",
        database.value(
            "SELECT string_agg(why, ', ' ORDER BY number) FROM millwright_changes"
                + " WHERE why LIKE '%which is older%'"));
  }

  /** The flag alone comes from machine_state: it is the same run. */
  @Test
  void aRunKeepsItsRecipeAndBatch() throws Exception {
    apply(database, COLUMNS);
    database.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '%s', state_seq = state_seq + 1,"
                .formatted(PROCESS)
            + " last_event = 'start', last_transition_id = gen_random_uuid(),"
            + " last_detail = '{\"recipe\": \"R42\", \"batch\": \"B-7\"}' WHERE serial_number = 'VIRTUAL-DEV-001'");
    rows.state(
        "VIRTUAL-DEV-001",
        "current_state = 'processing', process_id = '%s', is_failure_mode = true, updated_at = now()"
            .formatted(PROCESS));
    apply(database, COPY);
    assertEquals(
        "consolidated t R42 B-7",
        rows.machine(
            "VIRTUAL-DEV-001",
            "last_event, is_failure_mode, last_detail ->> 'recipe', last_detail ->> 'batch'"));
  }
}
