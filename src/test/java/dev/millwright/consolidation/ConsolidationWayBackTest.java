package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.COPY;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.apply;
import static dev.millwright.consolidation.OldInstallation.rollback;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written while phases are applied is there after the way back, and nothing else is. */
class ConsolidationWayBackTest {

  @RegisterExtension static final TestDatabase database = TestDatabase.empty();

  private OldRows rows;

  @BeforeEach
  void create() throws Exception {
    OldInstallation.realAgain(database);
    rows = new OldRows(database);
  }

  /** What Millwright wrote after the cut-over is in the old table after the way back. */
  @Test
  void whatWasWrittenSinceGoesBackIntoTheOldShape() throws Exception {
    apply(database, null);
    rows.write("TEST-001", "error', is_failure_mode = true, failure_description = 'Dry");
    rows.write("VIRTUAL-DEV-001", "offline");
    rollback(database, null);
    assertEquals(
        "error t Dry",
        rows.stateOf("TEST-001", "current_state, is_failure_mode, failure_description"));
    assertEquals("offline", rows.stateOf("VIRTUAL-DEV-001", "current_state"));
    assertEquals("IDLE", rows.stateOf("VIRTUAL-DEV-002", "current_state"));
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
    rows.write("TEST-001", "error', is_failure_mode = true, failure_description = 'Dry");
    rollback(database, null);
    assertEquals(
        "error t Dry",
        rows.stateOf("TEST-001", "current_state, is_failure_mode, failure_description"));
  }

  /** A word that nobody knew when the first phase asked does not make its statement fail. */
  @Test
  void aWordThatComesLaterWaitsForItsMeaning() throws Exception {
    apply(database, NORMALISE);
    database.execute("UPDATE machines SET status = ' Queued' WHERE serial_number = 'RT-001'");
    database.execute("UPDATE machines SET status = ' BANANA' WHERE serial_number = 'RT-002'");
    assertEquals("idle", rows.machine("RT-001", "status"));
    assertEquals("banana", rows.machine("RT-002", "status"));
    new PlanRunner(database.dataSource(), new PlanOptions(Map.of("banana", "error"), null, null))
        .apply(OldInstallation.plan(), COLUMNS);
    assertEquals("error t", rows.machine("RT-002", "status, is_failure_mode"));
    rollback(database, NORMALISE);
    assertEquals("banana", rows.machine("RT-002", "status"));
  }

  /** A program with a wrong clock wrote last: that is no write since. */
  @Test
  void aRowDatedInTheFutureThatNobodyWroteKeepsItsOldValues() throws Exception {
    rows.state(
        "VIRTUAL-DEV-001",
        "current_state = 'ERROR', is_failure_mode = true, failure_description = 'Valve',"
            + " updated_at = timestamptz '2020-01-01Z', state_since = timestamptz '2020-01-01Z'");
    database.execute(
        "UPDATE machines SET updated_at = now() + interval '2 hours' WHERE serial_number LIKE 'V%'");
    apply(database, CUTOVER);
    assertEquals("idle", rows.stateOf("VIRTUAL-DEV-001", "current_state"));
    rollback(database, null);
    assertEquals(
        "ERROR t Valve",
        rows.stateOf("VIRTUAL-DEV-001", "current_state, is_failure_mode, failure_description"));
  }

  /** It is no transition, nor does it date the row. */
  @Test
  void aTimeThatWasWrittenSinceGoesBackToo() throws Exception {
    apply(database, CUTOVER);
    rows.state("VIRTUAL-DEV-001", "state_since = timestamptz '2025-11-01Z'");
    rows.state("VIRTUAL-DEV-002", "updated_at = timestamptz '2025-11-01Z'");
    rollback(database, null);
    String at = "extract(epoch FROM timestamptz '2025-11-01Z')";
    assertEquals(
        "VIRTUAL-DEV-001 VIRTUAL-DEV-002",
        database.value(
            "SELECT string_agg(serial_number, ' ' ORDER BY serial_number) FROM machine_state AS state"
                + " JOIN machines ON id = machine_id WHERE %s IN (extract(epoch FROM state.state_since), extract(epoch FROM state.updated_at))"
                    .formatted(at)));
  }

  /** An old table without its foreign key. */
  @Test
  void aRowWithoutAMachineIsStillThereAndOneOfADeletedMachineIsNot() throws Exception {
    database.execute(
        "ALTER TABLE machine_state DROP CONSTRAINT machine_state_machine_id_fkey;"
            + " INSERT INTO machine_state (machine_id, current_state) VALUES (gen_random_uuid(), 'ERROR')");
    apply(database, null);
    database.execute("DELETE FROM machines WHERE serial_number = 'VIRTUAL-DEV-002'");
    rollback(database, null);
    assertEquals(
        "5 1 ERROR",
        database.value(
            "SELECT concat_ws(' ', count(*), count(*) - count(id), min(current_state) FILTER (WHERE id IS NULL))"
                + " FROM machine_state LEFT JOIN machines ON id = machine_id"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE machines ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON machines USING (serial_number = current_user) | policy mine on machines is for the tables as they are now
          INSERT INTO machines (serial_number, lab_name) VALUES (repeat('x', 101), 'lab 1') | of 101 characters; the old column takes 100
          """)
  void whatStandsAgainstTheWayBackIsNamed(String change, String words) throws Exception {
    apply(database, COLUMNS);
    database.execute(change);
    PlanException refused = assertThrows(PlanException.class, () -> rollback(database, NORMALISE));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  /** They would go on writing one table of two. */
  @Test
  void theCutOverStaysWhileTheFunctionsAreThere() throws Exception {
    apply(database, CUTOVER);
    PlanRunner runner = OldInstallation.runner(database);
    runner.apply(Plan.load("functions"), null);
    PlanException refused = assertThrows(PlanException.class, () -> rollback(database, COPY));
    assertTrue(refused.getMessage().contains("plan functions is applied"), refused.getMessage());
    runner.rollback(Plan.load("functions"), null);
    rollback(database, COPY);
  }

  /** As the documentation has it, so that each upsert answers with its row. */
  @Test
  void aRowThatWasMadeSinceSaysWhatItsMachineSays() throws Exception {
    apply(database, CUTOVER);
    database.execute(
        "INSERT INTO machine_state (machine_id, state_since, updated_at)"
            + " SELECT id, state_since, updated_at FROM machines ON CONFLICT (machine_id) DO NOTHING");
    assertEquals(
        "0", database.value("SELECT count(*) FROM machine_transitions WHERE event = 'external'"));
    try (OldProgram old = new OldProgram(database.connect(), "recipe_flow")) {
      UUID machine = UUID.fromString(rows.machine("RT-001", "id"));
      assertEquals(1, old.upsertState(machine, "OFFLINE", null));
    }
    rollback(database, COPY);
    assertEquals(
        "18 18",
        database.value(
            "SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE (current_state, process_id)"
                + " IS NOT DISTINCT FROM (status, current_process_id)))"
                + " FROM machine_state JOIN machines ON id = machine_id"));
  }
}
