package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigLoader;
import dev.millwright.recipe.Program;
import dev.millwright.recipe.Recipe;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Recipes of the old tables become files, or are refused with the row that is to blame. */
class RecipeImportTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.empty();

  private static final String OLD_TABLES =
      """
      DROP SCHEMA public CASCADE;
      CREATE SCHEMA public;
      CREATE TABLE recipes (id int PRIMARY KEY, name text, description text);
      CREATE TABLE recipe_steps (id int PRIMARY KEY, recipe_id int NOT NULL, parent_step_id int,
        sequence_number int, name text, type text, parameters jsonb);
      CREATE TABLE valve_step_config (id int GENERATED ALWAYS AS IDENTITY, step_id int,
        valve_id uuid, valve_number int, duration_ms int);
      CREATE TABLE purge_step_config (id int GENERATED ALWAYS AS IDENTITY, step_id int,
        duration_ms int, gas_type text, flow_rate numeric);
      CREATE TABLE loop_step_config (id int GENERATED ALWAYS AS IDENTITY, step_id int,
        iteration_count int);
      CREATE TABLE parameter_step_config (id int GENERATED ALWAYS AS IDENTITY, step_id int,
        parameter_id int, value numeric);
      CREATE TABLE component_parameters (id int PRIMARY KEY, definition_id int);
      CREATE TABLE component_parameter_definitions (id int PRIMARY KEY, name text, unit text);
      CREATE TABLE recipe_parameters (id int PRIMARY KEY, recipe_id int, parameter_name text,
        parameter_value numeric, parameter_unit text);
      """;

  /** A parameter, then 100 times: valve 1, purge, and 5 times valve 2 and a purge. */
  private static final String NESTED =
      """
      INSERT INTO recipes VALUES (1, 'Al2O3 Standard', 'kept by nobody');
      INSERT INTO component_parameter_definitions VALUES (1, 'Chamber Temperature', 'degC');
      INSERT INTO component_parameters VALUES (7, 1), (8, 1);
      INSERT INTO recipe_parameters VALUES (3, 1, 'pressure', 0.5, 'mbar');
      INSERT INTO recipe_steps (id, recipe_id, parent_step_id, sequence_number, name, type) VALUES
        (10, 1, NULL, 1, 'Heat', 'parameter'), (11, 1, NULL, 2, 'Cycles', 'LOOP'),
        (22, 1, 11, 30, NULL, 'loop'), (20, 1, 11, 10, 'TMA', 'valve'),
        (21, 1, 11, 20, 'N2', 'purge'), (31, 1, 22, 2, NULL, 'purge'),
        (30, 1, 22, 1, 'H2O', 'valve');
      INSERT INTO parameter_step_config (step_id, parameter_id, value) VALUES (10, 7, 187.50);
      INSERT INTO loop_step_config (step_id, iteration_count) VALUES (11, 100), (22, 5);
      INSERT INTO valve_step_config (step_id, valve_number, duration_ms)
        VALUES (20, 1, 500), (30, 2, 250);
      INSERT INTO purge_step_config (step_id, duration_ms, gas_type, flow_rate)
        VALUES (21, 8000, 'N2', 20.5), (31, 750, NULL, NULL);
      """;

  @TempDir Path folder;

  @BeforeEach
  void tables() throws SQLException {
    DATABASE.execute(OLD_TABLES);
  }

  private static Console run(String... more) {
    return Console.run(
        Stream.concat(
                Stream.of("recipe", "import", "--database", DATABASE.urlWithPassword()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /** LEGACY 11: nested loops were skipped in silence. */
  @Test
  void legacy11_nested_loops_are_taken_over() throws Exception {
    DATABASE.execute(NESTED);
    Console done = run("--to", folder.toString());
    assertEquals(Exit.OK, done.exitCode(), done.err());
    assertEquals("1 taken over, 0 refused\n", done.err());
    Path file = folder.resolve("al2o3_standard.toml");
    assertEquals(file + "\n", done.out());
    assertEquals(
        """
        # Taken over from recipes row 1.
        # recipe_parameters row 3: pressure = 0.5 mbar, which no step uses
        name = "Al2O3 Standard"

        [[steps]]
        name = "Heat"
        set = { chamber_temperature = 187.50 }

        [[steps]]
        name = "Cycles"
        repeat = 100

          [[steps.steps]]
          name = "TMA"
          pulse = { tag = "valve_1", for = "500ms" }

          [[steps.steps]]
          name = "N2"
          wait = "8000ms"  # purge: N2, flow 20.5

          [[steps.steps]]
          repeat = 5

            [[steps.steps.steps]]
            name = "H2O"
            pulse = { tag = "valve_2", for = "250ms" }

            [[steps.steps.steps]]
            wait = "750ms"
        """,
        Files.readString(file));
    Recipe recipe = ConfigLoader.recipe(file).recipe();
    Program program = recipe.bind(Map.of(), null);
    assertEquals(1 + 100 * (2 + 5 * 2), program.steps());
    assertEquals(Duration.ofMillis(100 * (500 + 8000 + 5 * (250 + 750))), program.estimate());
    assertEquals("", run("--to", folder.toString()).out(), "nothing is written twice");
    Files.writeString(file, "# mine\n");
    Console other = run("--to", folder.toString());
    assertEquals(Exit.IO_ERROR, other.exitCode());
    assertTrue(other.err().contains("holds something else; move it away"), other.err());
    assertEquals("# mine\n", Files.readString(file));
  }

  @Test
  void without_a_folder_the_files_are_shown() throws Exception {
    DATABASE.execute(NESTED);
    Console shown = run("--tag", "valve_1=tma", "--tag", "7=setpoint");
    assertTrue(shown.out().startsWith("## al2o3_standard.toml\n# Taken over"), shown.out());
    assertTrue(shown.out().contains("tag = \"tma\""), shown.out());
    assertTrue(shown.out().contains("set = { setpoint = 187.50 }"), shown.out());
  }

  /**
   * LEGACY 11: a missing valve setting became "valve 1 for 1000 ms"; a bad step was passed over.
   */
  @Test
  void legacy11_what_the_old_system_made_up_is_refused_with_its_row() throws Exception {
    DATABASE.execute(NESTED);
    DATABASE.execute(
        """
        INSERT INTO recipes VALUES (2, 'Bad', NULL), (4, 'Empty', NULL), (5, ' ', NULL);
        INSERT INTO recipe_steps (id, recipe_id, parent_step_id, sequence_number, name, type) VALUES
          (40, 2, NULL, 1, 'no settings', 'valve'), (41, 2, NULL, 2, NULL, 'spin'),
          (42, 2, NULL, 3, NULL, NULL), (43, 2, NULL, 4, NULL, 'valve'),
          (44, 2, NULL, 5, NULL, 'purge'), (45, 2, NULL, 6, NULL, 'loop'),
          (46, 2, NULL, 6, NULL, 'loop'), (47, 2, 46, NULL, NULL, 'purge'),
          (48, 2, 44, 1, 'inside', 'valve'), (49, 2, 999, 1, 'lost', 'valve'),
          (50, 2, 51, 1, NULL, 'loop'), (51, 2, 50, 1, NULL, 'loop'),
          (52, 2, 11, 9, 'foreign', 'valve'), (53, 2, NULL, 7, NULL, 'parameter'),
          (54, 2, NULL, 8, NULL, 'parameter'), (55, 2, NULL, 9, NULL, 'valve'),
          (60, 5, NULL, 1, NULL, 'purge');
        INSERT INTO valve_step_config (step_id, valve_number, duration_ms)
          VALUES (43, NULL, 0), (55, 1, 5), (55, 2, 5), (44, 3, 5);
        INSERT INTO purge_step_config (step_id, duration_ms) VALUES (44, -1), (47, 100), (60, 100);
        INSERT INTO loop_step_config (step_id, iteration_count) VALUES (45, 0), (46, 3);
        INSERT INTO parameter_step_config (step_id, parameter_id, value)
          VALUES (53, 999, 5), (54, 7, 'NaN');
        """);
    Console done = run("--to", folder.toString());
    assertEquals(Exit.DIFFERENT, done.exitCode());
    assertEquals(
        """
        refused: recipe Bad
          recipe_steps row 40 (no settings): it has no settings in valve_step_config; the old system made some up
          recipe_steps row 41: type "spin" is none of valve, purge, parameter, loop
          recipe_steps row 42: type "null" is none of valve, purge, parameter, loop
          recipe_steps row 43: valve_step_config row 3 has valve number null, and a whole number from 1 to 2147483647 is needed
          recipe_steps row 43: valve_step_config row 3 has duration in ms 0, and a whole number from 1 to 2678400000 is needed
          recipe_steps row 44: it is a purge, and has settings in valve_step_config row 6
          recipe_steps row 44: purge_step_config row 3 has duration in ms -1, and a whole number from 1 to 2678400000 is needed
          recipe_steps row 45: loop_step_config row 3 has iteration count 0, and a whole number from 1 to 10000000 is needed
          recipe_steps row 45: a loop without steps
          recipe_steps row 46: sequence number 6 is there twice, so the order is not known
          recipe_steps row 47: its sequence number is null, so its place is not known
          recipe_steps row 53: parameter_step_config row 2 names parameter 999, which has no name
          recipe_steps row 54: parameter_step_config row 3 has value NaN, which is no number
          recipe_steps row 55: it has settings twice, in valve_step_config row 4 and valve_step_config row 5
          recipe_steps row 48 (inside): it is inside of step 44, which is no loop, or is never reached
          recipe_steps row 49 (lost): it is inside of step 999, which is not a step of this recipe
          recipe_steps row 50: it is inside of step 51, which is no loop, or is never reached
          recipe_steps row 51: it is inside of step 50, which is no loop, or is never reached
          recipe_steps row 52 (foreign): it is inside of step 11, which is not a step of this recipe
        refused: recipe Empty
          recipes row 4: it has no steps
        refused: recipe \s
          recipes row 5: it has no name
        1 taken over, 3 refused
        """,
        done.err());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("al2o3_standard.toml"), files.map(f -> f.getFileName().toString()).toList());
    }
  }

  /** Two heaters have a temperature each: one tag for both would heat the wrong one. */
  @Test
  void two_parameters_of_one_name_need_two_tags() throws Exception {
    DATABASE.execute(NESTED);
    DATABASE.execute(
        """
        INSERT INTO recipe_steps (id, recipe_id, sequence_number, type) VALUES (12, 1, 3, 'parameter');
        INSERT INTO parameter_step_config (step_id, parameter_id, value) VALUES (12, 8, 20);
        """);
    Console refused = run();
    assertEquals(Exit.DIFFERENT, refused.exitCode());
    assertTrue(
        refused
            .err()
            .contains(
                "recipe_steps row 12: tag chamber_temperature would stand for 7 and for 8; give"
                    + " each its own with --tag ID=NAME"),
        refused.err());
    assertEquals(Exit.OK, run("--tag", "7=top", "--tag", "8=bottom").exitCode());
  }

  @Test
  void names_that_are_otherwise_are_found_or_said() throws Exception {
    DATABASE.execute(NESTED);
    DATABASE.execute(
        """
        ALTER TABLE valve_step_config RENAME TO valve_step_configs;
        ALTER TABLE valve_step_configs RENAME COLUMN step_id TO recipe_step_id;
        ALTER TABLE recipe_steps RENAME COLUMN sequence_number TO step_order;
        """);
    assertEquals(Exit.OK, run().exitCode());
    DATABASE.execute("ALTER TABLE recipe_steps RENAME COLUMN step_order TO ordnung");
    Console column = run();
    assertEquals(Exit.CONFIG, column.exitCode());
    assertTrue(
        column
            .err()
            .contains(
                "table recipe_steps has no column sequence_number or sequence or step_order or"
                    + " position; it has id, recipe_id,"),
        column.err());
    DATABASE.execute("DROP TABLE recipe_steps");
    assertTrue(run().err().contains("there is no table recipe_steps that this role can see"));
    assertEquals(Exit.USAGE, run("--to", "/no/such/folder").exitCode());
  }

  /** Who may only read is enough, and who might write changes nothing. */
  @Test
  void a_role_that_may_only_read_is_enough() throws Exception {
    DATABASE.execute(NESTED);
    String rows = "SELECT string_agg(xmin::text || ctid::text, ',') FROM recipe_steps";
    String before = DATABASE.value(rows);
    DATABASE.execute(
        """
        CREATE ROLE recipe_reader LOGIN PASSWORD 'recipe_reader';
        GRANT USAGE ON SCHEMA public TO recipe_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO recipe_reader;
        """);
    try {
      String url = DATABASE.url() + "?user=recipe_reader&password=recipe_reader";
      Console done = Console.run("recipe", "import", "--database", url);
      assertEquals("1 taken over, 0 refused\n", done.err());
      DATABASE.execute("REVOKE SELECT ON loop_step_config FROM recipe_reader");
      Console denied = Console.run("recipe", "import", "--database", url);
      assertEquals(Exit.NO_PERMISSION, denied.exitCode());
      assertTrue(denied.err().contains("permission denied for table loop_step_config"));
    } finally {
      DATABASE.execute("DROP OWNED BY recipe_reader; DROP ROLE recipe_reader");
    }
    assertEquals(before, DATABASE.value(rows));
  }
}
