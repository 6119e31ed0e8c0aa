package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.apply;
import static dev.millwright.consolidation.OldInstallation.plan;
import static dev.millwright.consolidation.OldInstallation.rollback;
import static dev.millwright.consolidation.OldInstallation.runner;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.consolidation.SchemaCheck.Also;
import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Up and down all phases, in one go and one by one: nothing is lost, and the way back is one. */
class ConsolidationUpAndDownTest {

  /**
   * Each phase is what the plan says; from the columns on the daemon's own check is content, too.
   */
  @Test
  void downFromTheLastPhaseIsTheVeryInstallationThatItBeganWith() throws Exception {
    try (TestDatabase database = OldInstallation.real()) {
      CatalogueDump dump = CatalogueDump.of(database.dataSource());
      List<String> before = dump.lines();
      for (Phase phase : plan().phases()) {
        apply(database, phase.name());
        assertEquals(List.of(), runner(database).verify(plan(), phase.name()), phase.name());
        if (!phase.name().equals(OldInstallation.NORMALISE)) {
          assertEquals(
              List.of(),
              SchemaCheck.differences(database.dataSource(), Set.of(Also.values())),
              phase.name());
        }
      }
      rollback(database, null);
      assertEquals("", CatalogueDump.difference(before, dump.lines()));
      assertEquals(before, dump.lines());
    }
  }

  @Test
  void downFromEachPhaseIsTheVeryInstallationWithEveryNastiness() throws Exception {
    try (TestDatabase database = OldInstallation.large(600)) {
      CatalogueDump dump = CatalogueDump.of(database.dataSource());
      List<String> before = dump.lines();
      for (Phase phase : plan().phases()) {
        apply(database, phase.name());
        assertEquals(List.of(), runner(database).verify(plan(), phase.name()), phase.name());
        rollback(database, null);
        assertEquals("", CatalogueDump.difference(before, dump.lines()), phase.name());
        assertEquals(before, dump.lines());
      }
    }
  }

  /** Nobody knows every installation: types, names and defaults vary, and tables are missing. */
  @Test
  void anInstallationOfSomewhatAnotherShapeComesBackToThatShape() throws Exception {
    try (TestDatabase database = TestDatabase.empty().create()) {
      database.execute(
          "CREATE SCHEMA \"Plant 1\"; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path"
              + " = \"Plant 1\", public', current_database()); END $$");
      OldInstallation.fillReal(database);
      database.execute(
          """
          DROP TABLE recipe_commands;
          ALTER TABLE machines DROP CONSTRAINT machines_serial_number_key;
          CREATE UNIQUE INDEX "Serial" ON machines (serial_number);
          CREATE INDEX by_process ON machines (updated_at, current_process_id) WHERE is_active;
          ALTER TABLE machines ALTER COLUMN status TYPE varchar(20), ALTER COLUMN updated_at DROP DEFAULT,
            ALTER COLUMN status SET DEFAULT 'idle'::varchar, ALTER COLUMN status SET NOT NULL,
            ALTER COLUMN id DROP DEFAULT, SET (fillfactor = 80);
          ALTER TABLE machine_components DROP COLUMN type, ALTER COLUMN machine_id DROP NOT NULL;
          ALTER TABLE machine_state ALTER COLUMN current_state TYPE text,
            ALTER COLUMN current_state DROP DEFAULT, ALTER COLUMN updated_at SET NOT NULL;
          ALTER TABLE machine_state DROP CONSTRAINT machine_state_machine_id_fkey;
          UPDATE machines SET updated_at = NULL WHERE serial_number LIKE 'RT%';
          """);
      CatalogueDump dump = CatalogueDump.of(database.dataSource());
      List<String> before = dump.lines();
      apply(database, null);
      assertEquals(List.of(), runner(database).verify(plan()));
      assertEquals(List.of(), runner(database).verify(Plan.load("schema")));
      rollback(database, null);
      assertEquals("", CatalogueDump.difference(before, dump.lines()));
      assertEquals(before, dump.lines());
    }
  }

  /** Counting on is all that a step back and forth leaves behind: the history goes one way only. */
  @Test
  void oneStepDownIsThePhaseBefore() throws Exception {
    try (TestDatabase database = OldInstallation.large(300)) {
      CatalogueDump dump =
          CatalogueDump.of(database.dataSource())
              .without("machine_transitions")
              .masking(
                  "machines.state_seq",
                  "machines.last_event",
                  "machines.last_transition_id",
                  "machines.last_detail");
      List<Phase> phases = plan().phases();
      List<List<String>> before = new ArrayList<>();
      for (Phase phase : phases) {
        before.add(lines(dump));
        apply(database, phase.name());
      }
      for (int i = phases.size() - 1; i > 0; i--) {
        rollback(database, phases.get(i - 1).name());
        assertEquals("", CatalogueDump.difference(before.get(i), lines(dump)));
      }
    }
  }

  /** Without what counts on. */
  private static List<String> lines(CatalogueDump dump) throws SQLException {
    return dump.lines().stream()
        .map(line -> line.replaceAll("\"(state_seq|last_\\w+)\":\"(null|set)\",?", ""))
        .toList();
  }
}
