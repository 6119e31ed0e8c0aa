package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Runs the files of a phase, each in the way that is meant for it. */
final class PhaseSql {

  /** What {@code RAISE WARNING} gives. */
  private static final String WARNING = "01000";

  private PhaseSql() {}

  /** For SQL as the server understands it: JDBC's own braces and question marks mean nothing. */
  static Statement plain(Connection connection) throws SQLException {
    Statement statement = connection.createStatement();
    statement.setEscapeProcessing(false);
    return statement;
  }

  /**
   * lock.sql, apply.sql and rollback.sql: any statements.
   *
   * @return what they warn of
   */
  static List<String> execute(Connection connection, String sql) throws SQLException {
    List<String> warnings = new ArrayList<>();
    if (sql.isEmpty()) {
      return warnings;
    }
    try (Statement statement = plain(connection)) {
      statement.execute(sql);
      for (SQLWarning warning = statement.getWarnings();
          warning != null;
          warning = warning.getNextWarning()) {
        // A notice is a warning to the driver, too.
        if (WARNING.equals(warning.getSQLState())) {
          warnings.add(warning.getMessage());
        }
      }
    }
    return warnings;
  }

  /** check.sql: what stands against applying. */
  static List<String> reasons(Connection connection, Phase phase) throws SQLException {
    List<String> reasons = new ArrayList<>();
    try (Statement select = plain(connection);
        ResultSet row = select.executeQuery(phase.check())) {
      while (row.next()) {
        reasons.add(row.getString("reason"));
      }
    }
    return reasons;
  }

  /** verify.sql: what is not as the phase makes it. */
  static List<Difference> differences(Connection connection, Phase phase) throws SQLException {
    List<Difference> differences = new ArrayList<>();
    try (Statement select = plain(connection);
        ResultSet row = select.executeQuery(phase.verify())) {
      while (row.next()) {
        differences.add(
            new Difference(
                row.getString("subject"), row.getString("expected"), row.getString("actual")));
      }
    }
    return differences;
  }
}
