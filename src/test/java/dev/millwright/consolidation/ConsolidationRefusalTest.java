package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.COPY;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.WORDS;
import static dev.millwright.consolidation.OldInstallation.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the plan does not know it does not touch: it names it, and says what to do. */
class ConsolidationRefusalTest {

  private static final PlanOptions NOTHING = PlanOptions.NONE;

  @RegisterExtension static final TestDatabase database = TestDatabase.empty();

  @BeforeEach
  void create() throws Exception {
    OldInstallation.realAgain(database);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GRANT CREATE ON SCHEMA public TO PUBLIC | everybody may create functions in schema public
          DROP TABLE machine_state | table machine_state is missing: there is nothing to consolidate
          DROP TABLE machine_state, machines CASCADE | table machines is missing in schema public
          ALTER TABLE machine_state RENAME TO kept; CREATE VIEW machine_state AS SELECT * FROM kept | machine_state is a view: it was consolidated before
          ALTER TABLE machine_state ADD COLUMN shift text | column machine_state.shift is not known
          ALTER TABLE machine_state DROP COLUMN failure_description | machine_state.failure_description is missing, not text: ALTER TABLE machine_state ADD COLUMN failure_description text
          ALTER TABLE machine_state ALTER COLUMN state_since TYPE timestamp | machine_state.state_since is timestamp without time zone, not timestamp with time zone
          ALTER TABLE machine_state DROP CONSTRAINT machine_state_pkey | machine_state has no primary key (machine_id)
          ALTER TABLE machines ADD COLUMN state_since timestamptz | machines.state_since exists already: somebody began by hand
          CREATE TABLE machine_transitions () | machine_transitions exists already
          CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER dated BEFORE UPDATE ON machines FOR EACH ROW EXECUTE FUNCTION f() | trigger dated on machines is not known
          CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER dated BEFORE UPDATE ON machine_state FOR EACH ROW EXECUTE FUNCTION f() | trigger dated on machine_state is not known
          CREATE TABLE alarms (machine_id uuid REFERENCES machine_state) | alarms_machine_id_fkey on alarms is not known
          ALTER TABLE machines ADD FOREIGN KEY (current_process_id) REFERENCES process_executions | Millwright names runs before anybody else knows them
          ALTER TABLE machine_state ADD FOREIGN KEY (process_id) REFERENCES process_executions | machine_state_process_id_fkey on machine_state is not known
          ALTER TABLE machines ADD CHECK (status <> 'x') | constraint machines_status_check on machines is not known
          ALTER TABLE machine_state ENABLE ROW LEVEL SECURITY | row security is on for machine_state
          CREATE VIEW board AS SELECT * FROM machine_state | board reads the table machine_state
          CREATE PUBLICATION feed FOR TABLE machine_state | publication feed holds machine_state
          UPDATE machines SET status = 'running ' WHERE serial_number LIKE 'RT%' | 3 machine(s) have the status "running" in machines, such as RT-001, and nobody has said what it means: add --map running=idle
          UPDATE machine_state SET current_state = 'Banana' | 5 machine(s) have the status "banana" in machine_state
          """)
  void whatIsNotKnownIsNamedBeforeAnythingChanges(String change, String words) throws Exception {
    database.execute(change);
    PlanException refused = refused(NOTHING, null);
    assertEquals(
        1, refused.reasons().stream().filter(r -> r.contains(words)).count(), refused.getMessage());
    assertEquals(null, database.value("SELECT to_regclass('millwright_phases')"));
  }

  /** Nothing to complain of is nothing said. */
  @Test
  void anInstallationAsItShouldBeIsNotRefused() throws Exception {
    assertEquals(
        List.of(), new PlanRunner(database.dataSource()).plan(plan(), null).get(0).reasons());
  }

  @Test
  void aWordIsMappedToAStatusAndToNothingElse() throws Exception {
    PlanException refused = refused(new PlanOptions(Map.of("running", "busy"), null, null), null);
    assertTrue(
        refused.getMessage().contains("--map running=busy: \"busy\" is none of offline, idle"),
        refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO recipe_commands (type, status) VALUES ('stop_recipe', NULL) | recipe_commands has 1 row(s) without a status
          ALTER TABLE recipe_commands DROP CONSTRAINT recipe_commands_machine_id_fkey; INSERT INTO recipe_commands (type, machine_id) VALUES ('stop_recipe', gen_random_uuid()) | recipe_commands has 1 row(s) of machines that do not exist
          INSERT INTO machine_components (machine_id, name) SELECT machine_id, name FROM machine_components LIMIT 1 | 2 components of machine
          ALTER TABLE machine_components ALTER COLUMN id TYPE text; | machine_components.id is text, not uuid
          CREATE TABLE recipe_versions (id int) | table recipe_versions exists already
          ALTER TABLE recipe_commands ADD COLUMN process_id text | recipe_commands.process_id is text, not uuid
          CREATE VIEW names AS SELECT serial_number FROM machines | view names uses machines.serial_number, whose type changes
          UPDATE machines SET status = 'queued' WHERE serial_number = 'RT-001' | 1 machine(s) have the status "queued" in machines, such as RT-001
          """)
  void whatTheNewShapeDoesNotTakeIsNamedBeforeTheSecondPhase(String change, String words)
      throws Exception {
    // A component's key has a foreign key on it.
    database.execute(
        "ALTER TABLE machine_state DROP CONSTRAINT machine_state_failure_component_fkey");
    new PlanRunner(database.dataSource()).apply(plan(), NORMALISE);
    database.execute(change);
    PlanException refused = refused(NOTHING, COLUMNS);
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertEquals("1", database.value("SELECT count(*) FROM millwright_phases"));
  }

  /** 000, phase 5: it dropped the table on faith. */
  @Test
  void theOldWayIsNotTakenAwayWhileSomebodyUsesIt() throws Exception {
    PlanOptions anHour = new PlanOptions(WORDS, Duration.ofHours(1), null);
    new PlanRunner(database.dataSource(), anHour).apply(plan(), CUTOVER);
    assertTrue(refused(anHour, null).getMessage().contains("the cut-over was at"));
    try (OldProgram old = new OldProgram(database.connect(), "recipe_flow")) {
      old.send("UPDATE machine_state SET current_state = 'IDLE'");
    }
    database.execute("UPDATE millwright_phases SET applied_at = applied_at - interval '2 hours'");
    String message = refused(anHour, null).getMessage();
    String from = database.value("SELECT host(inet_client_addr())");
    assertTrue(
        message.contains(
            "user postgres, application \"recipe_flow\", from " + from + " still wrote"),
        message);
    database.execute(
        "UPDATE consolidation_foreign_writes SET last_at = last_at - interval '61 minutes'");
    new PlanRunner(database.dataSource(), anHour).apply(plan(), null);
    assertEquals(null, database.value("SELECT to_regclass('machine_state')"));
  }

  @Test
  void theReasonOfWhoeverForcesItIsOnRecord() throws Exception {
    new PlanRunner(database.dataSource(), OldInstallation.AT_ONCE).apply(plan(), null);
    assertTrue(
        database
            .value("SELECT options::text FROM millwright_phases WHERE phase = '05-cleanup'")
            .contains("the test does not wait a day"));
  }

  /** Something that came between the phases. */
  @Test
  void aViewThatCameBetweenIsNamedBeforeTheCutOver() throws Exception {
    new PlanRunner(database.dataSource()).apply(plan(), COPY);
    database.execute("CREATE VIEW board AS SELECT * FROM machine_state");
    assertTrue(refused(NOTHING, CUTOVER).getMessage().contains("board, which reads machine_state"));
  }

  /** Somebody who may read everything, and owns nothing. */
  @Test
  void aRoleWithoutRightsIsToldWhichOnesItLacks() throws Exception {
    database.execute(
        "CREATE ROLE guest LOGIN PASSWORD 'guest'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest");
    try {
      PlanException refused =
          assertThrows(
              PlanException.class,
              () -> new PlanRunner(database.dataSourceAs("guest")).apply(plan(), null));
      assertTrue(
          refused.getMessage().contains("role guest may not create tables in schema public")
              && refused
                  .getMessage()
                  .contains("role guest is not the owner of machine_state and cannot change it"),
          refused.getMessage());
    } finally {
      database.execute("DROP OWNED BY guest; DROP ROLE guest");
    }
  }

  private PlanException refused(PlanOptions options, String to) throws Exception {
    Plan plan = plan();
    return assertThrows(
        PlanException.class, () -> new PlanRunner(database.dataSource(), options).apply(plan, to));
  }
}
