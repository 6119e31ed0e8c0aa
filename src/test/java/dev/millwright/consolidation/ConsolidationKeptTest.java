package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.apply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was written to the new shape and has no place in the old one is kept beside it. */
class ConsolidationKeptTest {

  @RegisterExtension static final TestDatabase database = TestDatabase.empty();

  @BeforeEach
  void create() throws Exception {
    OldInstallation.realAgain(database);
  }

  @Test
  void rowsOfTablesThatThePlanMadeAreKept() throws Exception {
    database.execute(
        "UPDATE machine_state SET failure_component = NULL;"
            + " DROP TABLE recipe_commands; DROP TABLE machine_components CASCADE");
    apply(database, COLUMNS);
    database.execute(
        "INSERT INTO recipe_commands (type, batch_id) VALUES ('start_recipe', 'B-7');"
            + " INSERT INTO machine_components (machine_id, name) SELECT id, 'Pump' FROM machines LIMIT 1");
    List<String> notes = rollback();
    assertEquals(null, database.value("SELECT to_regclass('recipe_commands')"));
    assertEquals("start_recipe B-7", kept("recipe_commands", "type, batch_id"));
    assertEquals("Pump", kept("machine_components", "name"));
    assertTrue(
        notes.stream().anyMatch(note -> note.contains("kept in \"recipe_commands_2")),
        notes.toString());
    apply(database, null);
  }

  @Test
  void valuesOfColumnsThatThePlanAddedAreKept() throws Exception {
    apply(database, COLUMNS);
    database.execute(
        "INSERT INTO recipe_commands (type, batch_id) VALUES ('start_recipe', 'B-7');"
            + " UPDATE machines SET progress = '{\"step\": 3}' WHERE serial_number = 'RT-001'");
    rollback();
    assertEquals("2", database.value("SELECT count(*) FROM recipe_commands"));
    assertEquals("B-7", kept("recipe_commands", "batch_id"));
    assertEquals("{\"step\": 3}", kept("machines", "progress"));
  }

  private List<String> rollback() throws Exception {
    return OldInstallation.runner(database).rollback(OldInstallation.plan(), NORMALISE).stream()
        .flatMap(result -> result.notes().stream())
        .toList();
  }

  /** The one row of the table that was kept. */
  private String kept(String table, String columns) throws SQLException {
    String name =
        database.value("SELECT relname FROM pg_class WHERE relname ~ '^" + table + "_[0-9T]+$'");
    return database.value(
        "SELECT string_agg(concat_ws(' ', " + columns + "), ', ') FROM \"" + name + "\"");
  }
}
