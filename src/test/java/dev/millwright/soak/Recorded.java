package dev.millwright.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * What the database says of a machine, by SQL of the test's own.
 *
 * @param status of its row
 * @param stateSeq of its row
 * @param transitions its history, in order
 * @param outcomes of its runs, by the view process_runs: how many of each; inferred ones say so
 */
record Recorded(
    String status, long stateSeq, List<Transition> transitions, Map<String, Integer> outcomes) {

  /**
   * A row of the history.
   *
   * @param cycle the machine's counter; null where the row does not say
   * @param inferred whether it is marked so
   */
  record Transition(
      long seq,
      String event,
      String from,
      String to,
      String process,
      Instant occurredAt,
      Instant recordedAt,
      Long cycle,
      long missedRuns,
      boolean inferred) {}

  private static final String MACHINES =
      "SELECT serial_number, status, state_seq FROM machines ORDER BY serial_number";

  private static final String TRANSITIONS =
      """
      SELECT machines.serial_number, history.state_seq, history.event, history.from_status,
             history.to_status, history.process_id, history.occurred_at, history.recorded_at,
             (history.detail ->> 'cycle')::bigint,
             coalesce((history.detail ->> 'missed_runs')::bigint, 0),
             history.detail ? 'inferred'
        FROM machine_transitions AS history JOIN machines ON machines.id = history.machine_id
       ORDER BY machines.serial_number, history.state_seq
      """;

  private static final String OUTCOMES =
      """
      SELECT serial_number, outcome || CASE WHEN inferred THEN ', inferred' ELSE '' END, count(*)
        FROM process_runs GROUP BY 1, 2
      """;

  /** All machines, as they are at one moment. */
  static Map<String, Recorded> read(DataSource database) throws SQLException {
    Map<String, Recorded> recorded = new TreeMap<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (ResultSet row = statement.executeQuery(MACHINES)) {
        while (row.next()) {
          recorded.put(
              row.getString(1),
              new Recorded(row.getString(2), row.getLong(3), new ArrayList<>(), new HashMap<>()));
        }
      }
      try (ResultSet row = statement.executeQuery(TRANSITIONS)) {
        while (row.next()) {
          recorded.get(row.getString(1)).transitions.add(transition(row));
        }
      }
      try (ResultSet row = statement.executeQuery(OUTCOMES)) {
        while (row.next()) {
          recorded.get(row.getString(1)).outcomes.put(row.getString(2), row.getInt(3));
        }
      }
    }
    return recorded;
  }

  private static Transition transition(ResultSet row) throws SQLException {
    return new Transition(
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        instant(row, 7),
        instant(row, 8),
        row.getObject(9, Long.class),
        row.getLong(10),
        row.getBoolean(11));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
