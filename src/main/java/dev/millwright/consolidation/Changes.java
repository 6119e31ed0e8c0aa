package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Table millwright_changes: the values that phases have changed, as they were. They are what
 * preview.sql said in the transaction of the phase, and stay until the phase is rolled back.
 */
final class Changes {

  static final String TABLE = "millwright_changes";

  private static final String COLUMNS = "table_name, row_key, column_name, before, after, why";

  /** Rows that are in memory at a time. */
  private static final int AT_A_TIME = 1_000;

  private Changes() {}

  /** How many values a phase would change, of each kind, in the order of tables and columns. */
  static List<Change.Count> counts(Connection connection, Phase phase) throws SQLException {
    List<Change.Count> counts = new ArrayList<>();
    if (phase.preview().isEmpty()) {
      return counts;
    }
    try (Statement select = PhaseSql.plain(connection);
        ResultSet row =
            select.executeQuery(
                "SELECT table_name, column_name, count(*) FROM ("
                    + ("\n" + phase.preview() + "\n")
                    + ") AS preview GROUP BY 1, 2 ORDER BY 1, 2")) {
      while (row.next()) {
        counts.add(new Change.Count(row.getString(1), row.getString(2), row.getLong(3)));
      }
    }
    return counts;
  }

  /** What a phase would change, in the order of its preview. */
  static void preview(Connection connection, Phase phase, long limit, Consumer<Change> reader)
      throws SQLException {
    if (!phase.preview().isEmpty()) {
      read(
          connection,
          "SELECT * FROM (\n" + phase.preview() + "\n) AS preview LIMIT " + limit,
          reader);
    }
  }

  /** Keeps what the phase is about to change. */
  static void keep(Connection connection, String plan, Phase phase) throws SQLException {
    if (phase.preview().isEmpty()) {
      return;
    }
    createTable(connection);
    String sql =
        """
        INSERT INTO millwright_changes (plan, phase, number, %1$s)
        SELECT %2$s, %3$s, row_number() OVER (), %1$s FROM (
        %4$s
        ) AS preview
        """
            .formatted(COLUMNS, literal(plan), literal(phase.name()), phase.preview());
    PhaseSql.execute(connection, sql);
  }

  /** What a phase has changed, as kept. */
  static void kept(Connection connection, String plan, String phase, Consumer<Change> reader)
      throws SQLException {
    if (!Records.exists(connection, TABLE)) {
      return;
    }
    read(
        connection,
        "SELECT "
            + COLUMNS
            + " FROM millwright_changes WHERE plan = "
            + literal(plan)
            + " AND phase = "
            + literal(phase)
            + " ORDER BY number",
        reader);
  }

  static void remove(Connection connection, String plan, Phase phase) throws SQLException {
    if (Records.exists(connection, TABLE)) {
      try (PreparedStatement delete =
          connection.prepareStatement(
              "DELETE FROM millwright_changes WHERE plan = ? AND phase = ?")) {
        delete.setString(1, plan);
        delete.setString(2, phase.name());
        delete.executeUpdate();
      }
    }
  }

  private static void createTable(Connection connection) throws SQLException {
    if (Records.exists(connection, TABLE)) {
      return;
    }
    try (Statement create = connection.createStatement()) {
      create.execute(
          "CREATE TABLE millwright_changes ("
              + "plan text NOT NULL, phase text NOT NULL, number bigint NOT NULL,"
              + " table_name text NOT NULL, row_key text NOT NULL, column_name text NOT NULL,"
              + " before text, after text, why text NOT NULL, PRIMARY KEY (plan, phase, number));"
              + " COMMENT ON TABLE millwright_changes IS 'Values that applied phases have changed,"
              + " as they were: do not delete before the old ones are of no use to anybody'");
    }
    PhaseSql.execute(connection, Privacy.of(TABLE));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static void read(Connection connection, String sql, Consumer<Change> reader)
      throws SQLException {
    try (Statement select = PhaseSql.plain(connection)) {
      select.setFetchSize(AT_A_TIME);
      ResultSet row = select.executeQuery(sql);
      while (row.next()) {
        reader.accept(
            new Change(
                row.getString("table_name"),
                row.getString("row_key"),
                row.getString("column_name"),
                row.getString("before"),
                row.getString("after"),
                row.getString("why")));
      }
    }
  }
}
