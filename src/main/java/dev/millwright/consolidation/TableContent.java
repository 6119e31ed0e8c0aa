package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;

/**
 * What a table held at one moment, in short. Two tables with the same rows have the same, whatever
 * the order of rows and columns, the server's version and the session's time zone.
 *
 * @param rows how many
 * @param checksum of all columns of all rows
 */
public record TableContent(long rows, String checksum) {

  /** Row security would leave rows out in silence; this way it is an error. */
  private static final String CANONICAL =
      "SET LOCAL TimeZone = 'UTC'; SET LOCAL IntervalStyle = 'postgres';"
          + " SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;"
          + " SET LOCAL row_security = off";

  /**
   * Reads a table or view.
   *
   * @param table its name as in SQL; search_path finds it
   * @return null when there is no such table
   */
  static TableContent of(Connection connection, String table) throws SQLException {
    String sum;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attname), ''), relation
              FROM to_regclass(?) AS relation
              LEFT JOIN pg_attribute ON attrelid = relation AND attnum > 0 AND NOT attisdropped
             WHERE relation IS NOT NULL GROUP BY relation
            """)) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        sum = sum(row.getString(1), row.getString(2));
      }
    }
    // With the savepoint go the settings, which are not those of the phase.
    Savepoint before = connection.setSavepoint();
    try (Statement statement = connection.createStatement()) {
      statement.execute(CANONICAL);
      TableContent content;
      try (ResultSet row = statement.executeQuery(sum)) {
        row.next();
        content = new TableContent(row.getLong(1), row.getString(2));
      }
      connection.rollback(before);
      return content;
    }
  }

  /** A sum, as it needs no sorting and does not take two equal rows for none. */
  private static String sum(String columns, String relation) {
    return """
           SELECT count(*),
                  md5(concat_ws(' ', count(*),
                                sum(('x' || left(hash, 16))::bit(64)::bigint::numeric),
                                sum(('x' || right(hash, 16))::bit(64)::bigint::numeric)))
             FROM (SELECT md5(row_to_json(content)::text) AS hash
                     FROM (SELECT %s FROM %s) AS content) AS hashes
           """
        .formatted(columns, relation);
  }

  /** For people. */
  static String words(TableContent content) {
    return content == null ? "absent" : content.rows + " rows, " + content.checksum;
  }
}
