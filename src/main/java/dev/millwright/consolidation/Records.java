package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/** Table millwright_phases: which phases are applied. Written in the transaction of the phase. */
final class Records {

  /** One row of the table, without its key. */
  record Applied(Instant at, String by, String checksum) {}

  private Records() {}

  /** The applied phases of a plan by name, in order; empty when there is no such table yet. */
  static Map<String, Applied> read(Connection connection, String plan) throws SQLException {
    Map<String, Applied> applied = new LinkedHashMap<>();
    if (!exists(connection)) {
      return applied;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT phase, applied_at, applied_by, checksum FROM millwright_phases"
                + " WHERE plan = ? ORDER BY applied_at, phase")) {
      select.setString(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          applied.put(
              row.getString(1),
              new Applied(
                  row.getObject(2, OffsetDateTime.class).toInstant(),
                  row.getString(3),
                  row.getString(4)));
        }
      }
    }
    return applied;
  }

  static void add(Connection connection, String plan, Phase phase) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO millwright_phases (plan, phase, checksum) VALUES (?, ?, ?)")) {
      insert.setString(1, plan);
      insert.setString(2, phase.name());
      insert.setString(3, phase.checksum());
      insert.executeUpdate();
    }
  }

  static void remove(Connection connection, String plan, Phase phase) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM millwright_phases WHERE plan = ? AND phase = ?")) {
      delete.setString(1, plan);
      delete.setString(2, phase.name());
      delete.executeUpdate();
    }
  }

  static void createTable(Connection connection) throws SQLException {
    if (exists(connection)) {
      return;
    }
    try (Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE millwright_phases ("
              + "plan text NOT NULL, phase text NOT NULL,"
              + " applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
              + " applied_by text NOT NULL DEFAULT session_user,"
              + " checksum text NOT NULL, PRIMARY KEY (plan, phase))");
    }
  }

  private static boolean exists(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT to_regclass(quote_ident(current_schema()) || '.millwright_phases')"
                    + " IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
