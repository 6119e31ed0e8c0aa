package dev.millwright.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Table recipe_commands as somebody uses it who wants something done, with a witness beside it that
 * keeps every change of a status.
 */
final class CommandTable {

  private static final String WITNESS =
      """
      CREATE TABLE command_changes (
        number  bigint GENERATED ALWAYS AS IDENTITY,
        command uuid NOT NULL,
        status  text NOT NULL,
        at      timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE FUNCTION witness_command() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.status <> OLD.status THEN
          INSERT INTO command_changes (command, status) VALUES (NEW.id, NEW.status);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER witness_command AFTER UPDATE ON recipe_commands
        FOR EACH ROW EXECUTE FUNCTION witness_command();
      """;

  private static final String ALL =
      """
      SELECT command.id, serial_number, type, command.status, error_message,
             min(change.at) FILTER (WHERE change.status = 'processing'), max(change.at),
             array_remove(array_agg(change.status ORDER BY number), NULL)
        FROM recipe_commands AS command
        LEFT JOIN machines ON machines.id = machine_id
        LEFT JOIN command_changes AS change ON change.command = command.id
       GROUP BY command.id, serial_number
       ORDER BY command.created_at
      """;

  private final DataSource database;

  /**
   * How a command stands.
   *
   * @param message null unless it failed
   */
  record State(String status, String message) {

    boolean ended() {
      return status.equals("completed") || status.equals("error");
    }
  }

  /**
   * A command and all that became of it, by the server's clock.
   *
   * @param machine null for any
   * @param claimed null when it never was
   * @param changed when its status changed last; null when it never did
   * @param changes the statuses that it came to, in order
   */
  record Given(
      UUID id,
      String machine,
      String type,
      State state,
      Instant claimed,
      Instant changed,
      List<String> changes) {}

  CommandTable(DataSource database) {
    this.database = database;
  }

  /** Begins to keep the changes. */
  void watch() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(WITNESS);
    }
  }

  /**
   * Gives a command.
   *
   * @param machine null for any
   * @param recipe null for none
   */
  UUID give(String machine, String type, String recipe) throws SQLException {
    UUID id = UUID.randomUUID();
    execute(
        "INSERT INTO recipe_commands (id, machine_id, type, parameters, operator)"
            + " VALUES (?, (SELECT id FROM machines WHERE serial_number = ?), ?,"
            + " jsonb_strip_nulls(jsonb_build_object('recipe', ?::text)), 'chaos')",
        id,
        machine,
        type,
        recipe);
    return id;
  }

  /** Gives several in one transaction, so that they are there at the same moment. */
  void giveAtOnce(String machine, List<String> types, String recipe) throws SQLException {
    execute(
        "INSERT INTO recipe_commands (machine_id, type, parameters, operator)"
            + " SELECT (SELECT id FROM machines WHERE serial_number = ?), type,"
            + " CASE type WHEN 'start_recipe' THEN jsonb_build_object('recipe', ?::text)"
            + " ELSE '{}' END, 'chaos' FROM unnest(?::text[]) AS type",
        machine,
        recipe,
        types.toArray(String[]::new));
  }

  /** All that were given, in the order of their making. */
  List<Given> all() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(ALL);
        ResultSet row = statement.executeQuery()) {
      List<Given> all = new ArrayList<>();
      while (row.next()) {
        all.add(
            new Given(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                new State(row.getString(4), row.getString(5)),
                instant(row, 6),
                instant(row, 7),
                List.of((String[]) row.getArray(8).getArray())));
      }
      return all;
    }
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  State state(UUID command) throws SQLException {
    List<String> row =
        row("SELECT status, error_message FROM recipe_commands WHERE id = ?", command);
    return new State(row.get(0), row.get(1));
  }

  /** The statuses that it came to, in order. */
  List<String> changes(UUID command) throws SQLException {
    return column("SELECT status FROM command_changes WHERE command = ? ORDER BY number", command);
  }

  /** The outcomes of the runs that it started: by the view process_runs. */
  List<String> runs(UUID command) throws SQLException {
    return column(
        "SELECT outcome FROM process_runs WHERE process_id IN (SELECT process_id"
            + " FROM machine_transitions WHERE event = 'start' AND detail ->> 'command' = ?)",
        command.toString());
  }

  /** How often a run that it started has ended. */
  List<String> ends(UUID command) throws SQLException {
    return column(
        "SELECT event FROM machine_transitions WHERE event IN ('complete', 'stop', 'error')"
            + " AND process_id IN (SELECT process_id FROM machine_transitions"
            + " WHERE event = 'start' AND detail ->> 'command' = ?)",
        command.toString());
  }

  List<String> column(String sql, Object... values) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepared(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  /** The first row. */
  List<String> row(String sql, Object... values) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepared(connection, sql, values);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("no row: " + sql);
      }
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.add(rows.getString(i));
      }
      return row;
    }
  }

  private void execute(String sql, Object... values) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepared(connection, sql, values)) {
      statement.executeUpdate();
    }
  }

  private static PreparedStatement prepared(Connection connection, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
