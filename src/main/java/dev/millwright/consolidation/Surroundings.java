package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** What has to be so, whatever the plan, before one looks at tables. */
final class Surroundings {

  private Surroundings() {}

  /** Why no name can be found here: without a schema each table would be said to be missing. */
  static Optional<Difference> schemaDifference(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_schema(), current_user, current_setting('search_path')")) {
      row.next();
      return row.getString(1) != null
          ? Optional.empty()
          : Optional.of(
              new Difference(
                  "search_path",
                  "a schema that exists and that role "
                      + row.getString(2)
                      + " may use (add ?currentSchema=NAME to the URL, or GRANT USAGE ON SCHEMA)",
                  "\"" + row.getString(3) + "\""));
    }
  }

  /** Which database it is, for people. */
  static String words(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT format('database %I, schema %s, PostgreSQL %s, asked by user %I',"
                    + " current_database(), coalesce(quote_ident(current_schema()), 'none'),"
                    + " current_setting('server_version'), session_user)")) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * Refuses where nothing can be written.
   *
   * @throws PlanException on a standby, and without a schema
   */
  static void checkWritable(Connection connection, String subject)
      throws SQLException, PlanException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      row.next();
      if (row.getBoolean(1)) {
        throw new PlanException(
            subject
                + ": this server is a standby, which takes no writes: name the primary's host, or"
                + " add targetServerType=primary to the URL");
      }
    }
    Optional<Difference> schema = schemaDifference(connection);
    if (schema.isPresent()) {
      throw new PlanException(subject + ": " + schema.get());
    }
  }
}
