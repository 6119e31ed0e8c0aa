package dev.millwright.consolidation;

import dev.millwright.consolidation.OldTable.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Reads the recipes of an old installation: tables recipes and recipe_steps, and one table of
 * settings for each type of step. Changes nothing.
 */
public final class OldRecipes {

  private static final OldTable RECIPES =
      new OldTable(
          List.of("recipes"),
          Map.of("id", List.of("id"), "name", List.of("name", "recipe_name", "title")),
          Set.of());

  private static final OldTable STEPS =
      new OldTable(
          List.of("recipe_steps"),
          Map.of(
              "id",
              List.of("id"),
              "recipe",
              List.of("recipe_id"),
              "parent",
              List.of("parent_step_id", "parent_id"),
              "sequence",
              List.of("sequence_number", "sequence", "step_order", "position"),
              "type",
              List.of("type", "step_type"),
              "name",
              List.of("name", "step_name")),
          Set.of("name"));

  private static final List<String> STEP_ID = List.of("step_id", "recipe_step_id");

  private static final List<String> MILLIS = List.of("duration_ms", "duration");

  private static final OldTable VALVES =
      settings("valve", Map.of("number", List.of("valve_number", "valve"), "millis", MILLIS));

  private static final OldTable PURGES =
      settings(
          "purge",
          Map.of(
              "millis",
              MILLIS,
              "gas",
              List.of("gas_type", "gas"),
              "flow",
              List.of("flow_rate", "gas_flow_rate")));

  private static final OldTable LOOPS =
      settings(
          "loop",
          Map.of("times", List.of("iteration_count", "iterations", "loop_count", "repeat_count")));

  private static final OldTable ASSIGNMENTS =
      settings(
          "parameter",
          Map.of(
              "parameter",
              List.of("parameter_id", "component_parameter_id"),
              "called",
              List.of("parameter_name"),
              "value",
              List.of("value", "parameter_value", "target_value", "set_value")));

  private static final OldTable PARAMETERS =
      new OldTable(
          List.of("component_parameters"),
          Map.of(
              "id",
              List.of("id"),
              "name",
              List.of("name", "parameter_name"),
              "definition",
              List.of("definition_id")),
          Set.of("name", "definition"));

  private static final OldTable DEFINITIONS =
      new OldTable(
          List.of("component_parameter_definitions"),
          Map.of("id", List.of("id"), "name", List.of("name")),
          Set.of());

  private static final OldTable VALUES =
      new OldTable(
          List.of("recipe_parameters"),
          Map.of(
              "id",
              List.of("id"),
              "recipe",
              List.of("recipe_id"),
              "name",
              List.of("parameter_name", "name"),
              "value",
              List.of("parameter_value", "value"),
              "unit",
              List.of("parameter_unit", "unit")),
          Set.of("unit"));

  private OldRecipes() {}

  /** What a type of step has: the table is named after it, in one of the ways that people have. */
  private static OldTable settings(String type, Map<String, List<String>> own) {
    Map<String, List<String>> columns = new HashMap<>(own);
    columns.put("id", List.of("id"));
    columns.put("step", STEP_ID);
    return new OldTable(
        List.of(
            type + "_step_config",
            type + "_step_configs",
            type + "_step_configurations",
            "recipe_step_" + type + "_config"),
        columns,
        Set.of("id", "gas", "flow", "parameter", "called"));
  }

  /**
   * Reads them all, as they were at one moment.
   *
   * @throws PlanException when tables or columns are not there, or cannot be read
   */
  public static List<OldRecipe> read(DataSource dataSource) throws PlanException {
    return Transactions.run(
        dataSource,
        true,
        "reading the old recipes",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
          }
          return read(connection);
        });
  }

  private static List<OldRecipe> read(Connection connection) throws SQLException, PlanException {
    List<Row> recipes = required(RECIPES, connection);
    List<Row> steps = required(STEPS, connection);
    Map<String, List<Row>> settings = new HashMap<>();
    settings.put("valve", VALVES.rows(connection));
    settings.put("purge", PURGES.rows(connection));
    settings.put("loop", LOOPS.rows(connection));
    settings.put("parameter", named(ASSIGNMENTS.rows(connection), connection));
    List<Row> values = VALUES.rows(connection);
    OldSteps tree = new OldSteps(steps, settings);
    List<OldRecipe> read = new ArrayList<>();
    for (Row recipe : recipes) {
      read.add(tree.recipe(recipe, notes(recipe, values)));
    }
    return read;
  }

  private static List<Row> required(OldTable table, Connection connection)
      throws SQLException, PlanException {
    List<Row> rows = table.rows(connection);
    if (rows == null) {
      throw new PlanException(
          "there is no table "
              + table.names().get(0)
              + " that this role can see, so there are no old recipes here");
    }
    return rows;
  }

  /** With the names that parameters have in their own tables. */
  private static List<Row> named(List<Row> assignments, Connection connection)
      throws SQLException, PlanException {
    List<Row> parameters = assignments == null ? null : PARAMETERS.rows(connection);
    if (parameters == null) {
      return assignments;
    }
    List<Row> definitions = DEFINITIONS.rows(connection);
    Map<String, String> defined = new HashMap<>();
    if (definitions != null) {
      definitions.forEach(row -> defined.put(row.get("id"), row.get("name")));
    }
    Map<String, String> names = new HashMap<>();
    for (Row row : parameters) {
      String name = row.get("name");
      names.put(row.get("id"), name == null ? defined.get(row.get("definition")) : name);
    }
    List<Row> named = new ArrayList<>();
    for (Row row : assignments) {
      Map<String, String> with = new HashMap<>(row.values());
      with.computeIfAbsent("called", key -> names.get(row.get("parameter")));
      named.add(new Row(row.table(), with));
    }
    return named;
  }

  private static List<String> notes(Row recipe, List<Row> values) {
    List<String> notes = new ArrayList<>();
    for (Row value : values == null ? List.<Row>of() : values) {
      if (recipe.get("id").equals(value.get("recipe"))) {
        notes.add(
            value.words()
                + ": "
                + value.get("name")
                + " = "
                + value.get("value")
                + (value.get("unit") == null ? "" : " " + value.get("unit"))
                + ", which no step uses");
      }
    }
    return notes;
  }
}
