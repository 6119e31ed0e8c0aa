package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A comparison that overlooks something would let a rollback lose it. */
class CatalogueDumpTest {

  private final TestDatabase database = TestDatabase.withSchema();

  @BeforeEach
  void create() throws Exception {
    database.create();
    database.execute("INSERT INTO machines (serial_number) VALUES ('A'), ('B')");
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE machines ALTER status DROP DEFAULT                     | ALTER TABLE machines ALTER status SET DEFAULT 'offline'
          ALTER TABLE machines ALTER updated_at DROP NOT NULL                | ALTER TABLE machines ALTER updated_at SET NOT NULL
          ALTER TABLE machines DROP CONSTRAINT machines_error_is_failure     | ALTER TABLE machines ADD CONSTRAINT machines_error_is_failure CHECK (status <> 'error' OR is_failure_mode)
          DROP INDEX recipe_commands_pending                                 | CREATE INDEX recipe_commands_pending ON recipe_commands (created_at) WHERE status = 'pending'
          ALTER TABLE machines DISABLE TRIGGER machines_record_transition    | ALTER TABLE machines ENABLE TRIGGER machines_record_transition
          GRANT SELECT ON machines TO PUBLIC                                 | REVOKE SELECT ON machines FROM PUBLIC
          GRANT UPDATE (status) ON machines TO PUBLIC                        | REVOKE UPDATE (status) ON machines FROM PUBLIC
          GRANT EXECUTE ON FUNCTION machines_number_transition() TO PUBLIC   | REVOKE EXECUTE ON FUNCTION machines_number_transition() FROM PUBLIC
          ALTER FUNCTION machines_number_transition() SECURITY DEFINER       | ALTER FUNCTION machines_number_transition() SECURITY INVOKER
          CREATE VIEW twice AS SELECT * FROM machines                        | DROP VIEW twice
          CREATE RULE quiet AS ON DELETE TO machines DO INSTEAD NOTHING      | DROP RULE quiet ON machines
          CREATE POLICY own ON machines USING (serial_number = 'A')          | DROP POLICY own ON machines
          ALTER TABLE machines ENABLE ROW LEVEL SECURITY                     | ALTER TABLE machines DISABLE ROW LEVEL SECURITY
          ALTER TABLE machines SET (fillfactor = 90)                         | ALTER TABLE machines SET (fillfactor = 30)
          COMMENT ON COLUMN machines.status IS 'x'                           | COMMENT ON COLUMN machines.status IS NULL
          COMMENT ON TRIGGER machines_record_transition ON machines IS 'x'   | COMMENT ON TRIGGER machines_record_transition ON machines IS NULL
          CREATE SEQUENCE counter                                            | DROP SEQUENCE counter
          CREATE TYPE light AS ENUM ('red', 'green')                         | DROP TYPE light
          CREATE TABLE "it's odd" ()                                     | DROP TABLE "it's odd"
          UPDATE machines SET progress = '{}' WHERE serial_number = 'B'      | UPDATE machines SET progress = NULL
          """)
  void eachChangeIsSeenAndItsUndoingToo(String change, String undo) throws Exception {
    CatalogueDump dump = CatalogueDump.of(database.dataSource());
    List<String> before = dump.lines();
    database.execute(change);
    assertNotEquals("", CatalogueDump.difference(before, dump.lines()));
    database.execute(undo);
    assertEquals("", CatalogueDump.difference(before, dump.lines()));
    assertEquals(before, dump.lines());
  }

  @Test
  void aColumnThatComesBackInAnotherPlaceIsSeen() throws Exception {
    CatalogueDump dump = CatalogueDump.of(database.dataSource());
    List<String> before = dump.lines();
    database.execute(
        "ALTER TABLE machines DROP COLUMN last_event;"
            + " ALTER TABLE machines ADD COLUMN last_event text");
    String difference = CatalogueDump.difference(before, dump.lines());
    assertTrue(difference.contains("+ column machines.last_event: number 14"), difference);
  }

  /** New process ids and times of writing differ in each run; whether there is one does not. */
  @Test
  void aMaskedColumnTellsOnlyWhetherItIsNull() throws Exception {
    CatalogueDump dump =
        CatalogueDump.of(database.dataSource()).masking("machines.updated_at", "machines.progress");
    List<String> before = dump.lines();
    database.execute("UPDATE machines SET updated_at = 'epoch'");
    assertEquals(before, dump.lines());
    database.execute("UPDATE machines SET progress = '{}'");
    assertNotEquals(before, dump.lines());
  }

  @Test
  void aCopyHasTheSameText() throws Exception {
    try (TestDatabase copy = database.copy().create()) {
      assertEquals(
          CatalogueDump.of(database.dataSource()).text(),
          CatalogueDump.of(copy.dataSource()).text());
    }
  }
}
