package dev.millwright.consolidation;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Table millwright_phases: which phases are applied. Written in the transaction of the phase. */
final class Records {

  private static final String TABLE = "millwright_phases";

  /** Through jsonb, as the table of an older version does not have all columns. */
  private static final String READ =
      """
      SELECT phase, applied_at, applied_by, checksum, (record ->> 'took_ms')::bigint AS took_ms,
             (record ->> 'attempts')::int AS attempts, record ->> 'options' AS options
        FROM millwright_phases AS phases, to_jsonb(phases) AS record
       WHERE plan = ? ORDER BY applied_at, phase
      """;

  private static final String READ_TABLES =
      """
      SELECT phase, content.*
        FROM millwright_phases AS phases, to_jsonb(phases) AS record,
             jsonb_to_recordset(coalesce(nullif(record -> 'tables', 'null'), '[]')) AS content (
               "table" text, rows_before bigint, checksum_before text,
               rows_after bigint, checksum_after text)
       WHERE plan = ?
      """;

  private static final String ADD =
      """
      INSERT INTO millwright_phases (plan, phase, checksum, took_ms, attempts, options, tables)
      VALUES (?, ?, ?, ?, ?,
        jsonb_strip_nulls(jsonb_build_object(
          'map', nullif(current_setting('millwright.map'), '')::jsonb,
          'soak_seconds', nullif(current_setting('millwright.soak'), '')::bigint,
          'force_reason', nullif(current_setting('millwright.force_reason'), ''))),
        (SELECT coalesce(jsonb_agg(to_jsonb(content) ORDER BY number), '[]')
           FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[]) WITH ORDINALITY
             AS content ("table", rows_before, checksum_before, rows_after, checksum_after, number)))
      """;

  private Records() {}

  /** The applied phases of a plan by name, in order; empty when there is no such table yet. */
  static Map<String, AppliedPhase> read(Connection connection, String plan) throws SQLException {
    Map<String, AppliedPhase> applied = new LinkedHashMap<>();
    if (!exists(connection, TABLE)) {
      return applied;
    }
    Map<String, List<TableChange>> tables = tables(connection, plan);
    Map<String, Long> changes = changes(connection, plan);
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String phase = row.getString("phase");
          Long took = row.getObject("took_ms", Long.class);
          applied.put(
              phase,
              new AppliedPhase(
                  row.getObject("applied_at", OffsetDateTime.class).toInstant(),
                  row.getString("applied_by"),
                  row.getString("checksum"),
                  took == null ? null : Duration.ofMillis(took),
                  row.getObject("attempts", Integer.class),
                  row.getString("options"),
                  changes.getOrDefault(phase, 0L),
                  tables.getOrDefault(phase, List.of())));
        }
      }
    }
    return applied;
  }

  private static Map<String, List<TableChange>> tables(Connection connection, String plan)
      throws SQLException {
    Map<String, List<TableChange>> tables = new LinkedHashMap<>();
    try (PreparedStatement select = connection.prepareStatement(READ_TABLES)) {
      select.setString(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tables
              .computeIfAbsent(row.getString("phase"), phase -> new ArrayList<>())
              .add(
                  new TableChange(
                      row.getString("table"), content(row, "before"), content(row, "after")));
        }
      }
    }
    return tables;
  }

  private static TableContent content(ResultSet row, String moment) throws SQLException {
    String checksum = row.getString("checksum_" + moment);
    return checksum == null ? null : new TableContent(row.getLong("rows_" + moment), checksum);
  }

  private static Map<String, Long> changes(Connection connection, String plan) throws SQLException {
    Map<String, Long> changes = new LinkedHashMap<>();
    if (exists(connection, Changes.TABLE)) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT phase, count(*) FROM millwright_changes WHERE plan = ? GROUP BY phase")) {
        select.setString(1, plan);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            changes.put(row.getString(1), row.getLong(2));
          }
        }
      }
    }
    return changes;
  }

  /** Records a phase, with the options that the transaction was told. */
  static void add(
      Connection connection, String plan, Phase phase, Attempt attempt, List<TableChange> tables)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(ADD)) {
      insert.setString(1, plan);
      insert.setString(2, phase.name());
      insert.setString(3, phase.checksum());
      insert.setLong(4, attempt.elapsed().toMillis());
      insert.setInt(5, attempt.number());
      insert.setArray(6, array(connection, "text", tables, TableChange::table));
      insert.setArray(7, array(connection, "bigint", tables, t -> rows(t.before())));
      insert.setArray(8, array(connection, "text", tables, t -> checksum(t.before())));
      insert.setArray(9, array(connection, "bigint", tables, t -> rows(t.after())));
      insert.setArray(10, array(connection, "text", tables, t -> checksum(t.after())));
      insert.executeUpdate();
    }
  }

  private static Array array(
      Connection connection,
      String type,
      List<TableChange> tables,
      Function<TableChange, Object> value)
      throws SQLException {
    return connection.createArrayOf(type, tables.stream().map(value).toArray());
  }

  private static Long rows(TableContent content) {
    return content == null ? null : content.rows();
  }

  private static String checksum(TableContent content) {
    return content == null ? null : content.checksum();
  }

  static void remove(Connection connection, String plan, Phase phase) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM millwright_phases WHERE plan = ? AND phase = ?")) {
      delete.setString(1, plan);
      delete.setString(2, phase.name());
      delete.executeUpdate();
    }
  }

  /** Makes the table, or gives an older version's one what it lacks. */
  static void createTable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (exists(connection, TABLE)) {
        // Not without need: others may be reading it.
        if (!hasColumn(connection, "tables")) {
          statement.execute(
              "ALTER TABLE millwright_phases ADD COLUMN took_ms bigint, ADD COLUMN attempts int,"
                  + " ADD COLUMN options jsonb, ADD COLUMN tables jsonb");
        }
      } else {
        statement.execute(
            "CREATE TABLE millwright_phases ("
                + "plan text NOT NULL, phase text NOT NULL,"
                + " applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
                + " applied_by text NOT NULL DEFAULT session_user,"
                + " checksum text NOT NULL, took_ms bigint, attempts int, options jsonb,"
                + " tables jsonb, PRIMARY KEY (plan, phase))");
        PhaseSql.execute(connection, Privacy.of(TABLE));
      }
    }
  }

  private static boolean hasColumn(Connection connection, String column) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT FROM pg_attribute WHERE attrelid = to_regclass('millwright_phases')"
                + " AND attname = ? AND NOT attisdropped")) {
      select.setString(1, column);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Takes both of the runner's tables away when nothing is applied any more. */
  static void dropTablesIfEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT NOT EXISTS (SELECT FROM millwright_phases)")) {
      row.next();
      if (row.getBoolean(1)) {
        statement.execute("DROP TABLE millwright_phases; DROP TABLE IF EXISTS millwright_changes");
      }
    }
  }

  static boolean exists(Connection connection, String table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT to_regclass(quote_ident(current_schema()) || '.' || ?) IS NOT NULL")) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
