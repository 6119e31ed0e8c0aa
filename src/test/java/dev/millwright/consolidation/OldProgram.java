package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Locale;
import java.util.UUID;

/**
 * A program of the old system with a connection of its own; it sends what the old code sends, in
 * the words in which PostgREST passes it on.
 */
final class OldProgram implements AutoCloseable {

  /** Python's {@code table('machine_state').upsert({…})}. */
  private static final String UPSERT =
      """
      WITH pgrst_source AS (
        INSERT INTO "public"."machine_state"("current_state", "machine_id", "process_id", "state_since")
        SELECT pgrst_body."current_state", pgrst_body."machine_id", pgrst_body."process_id",
               pgrst_body."state_since"
          FROM (SELECT ?::json AS json_data) pgrst_payload,
               LATERAL (SELECT * FROM json_to_record(pgrst_payload.json_data) AS _(
                 "current_state" text, "machine_id" uuid, "process_id" uuid,
                 "state_since" timestamp with time zone)) pgrst_body
        ON CONFLICT("machine_id") DO UPDATE SET "current_state" = EXCLUDED."current_state",
          "machine_id" = EXCLUDED."machine_id", "process_id" = EXCLUDED."process_id",
          "state_since" = EXCLUDED."state_since"
        RETURNING "public"."machine_state".*)
      SELECT count(*) FROM pgrst_source
      """;

  private final Connection connection;

  OldProgram(Connection connection, String application) throws SQLException {
    this.connection = connection;
    connection.setClientInfo("ApplicationName", application);
  }

  /** What the old starter, stopper and executor do: one fact, two statements, no transaction. */
  void writeTwice(UUID machine, String status, UUID process) throws SQLException {
    writeMachine(machine, status, process);
    upsertState(machine, status.toUpperCase(Locale.ROOT), process);
  }

  void writeMachine(UUID machine, String status, UUID process) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE machines SET status = ?, current_process_id = ?, updated_at = now()"
                + " WHERE id = ?")) {
      update.setString(1, status);
      update.setObject(2, process, Types.OTHER);
      update.setObject(3, machine);
      update.executeUpdate();
    }
  }

  /** Returns how many rows the answer to the program has. */
  int upsertState(UUID machine, String state, UUID process) throws SQLException {
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      upsert.setString(
          1,
          String.format(
              "{\"machine_id\": \"%s\", \"current_state\": \"%s\", \"process_id\": %s,"
                  + " \"state_since\": \"now\"}",
              machine, state, process == null ? "null" : "\"" + process + "\""));
      try (ResultSet row = upsert.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /**
   * By the functions of document 001, whoever's are there: as the old executor calls them, and with
   * the way out of error that ours ask for.
   *
   * @return whether it was done
   */
  boolean callFunctions(UUID machine, String status, UUID process) throws SQLException {
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "processing" -> succeeds("atomic_processing_machine_state(?, ?)", machine, process);
      case "error" -> succeeds("atomic_error_machine_state(?, ?)", machine, "valve stuck");
      default ->
          succeeds("atomic_complete_machine_state(?)", machine)
              || succeeds("atomic_update_machine_state(?, ?)", machine, "idle");
    };
  }

  private boolean succeeds(String call, Object... parameters) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT (" + call + " ->> 'success')::boolean")) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Anything else; returns the number of rows. */
  int send(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
