package dev.millwright.audit;

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
 * What the database says of a machine, by SQL of the audit's own.
 *
 * @param row of the machine
 * @param transitions its history, in order
 * @param outcomes of its runs, by the view process_runs: how many of each; inferred ones say so
 */
public record Recorded(Row row, List<Transition> transitions, Map<String, Integer> outcomes) {

  /** The row of table machines. */
  public record Row(String status, long seq, String transition, String process, Instant since) {}

  /**
   * A row of the history.
   *
   * @param id of the transition
   * @param cycle the machine's counter; null where the row does not say
   * @param inferred whether it is marked so
   * @param after the beginning of its window; null where it has none
   * @param before the end of its window; null where it has none
   * @param unknown whether it says that nobody knows how the run has ended
   */
  public record Transition(
      long seq,
      String id,
      String event,
      String from,
      String to,
      String process,
      Instant occurredAt,
      Instant recordedAt,
      Long cycle,
      long missedRuns,
      boolean inferred,
      Instant after,
      Instant before,
      boolean unknown) {

    boolean external() {
      return event.equals("external");
    }

    /** Found after the machine was offline, rather than seen to happen. */
    boolean found() {
      return from.equals("offline") && !external();
    }

    String edge() {
      return event + ": " + from + " → " + to;
    }

    /** As a person wants to read it. */
    @Override
    public String toString() {
      return String.format(
          "seq %d  %s  %s → %s  cycle=%s%s%s  process=%s  occurred %s  recorded %s%s",
          seq,
          event,
          from,
          to,
          cycle,
          missedRuns == 0 ? "" : "  missed=" + missedRuns,
          unknown ? "  outcome unknown" : "",
          process,
          occurredAt,
          recordedAt,
          inferred ? "  inferred " + after + " .. " + before : "");
    }
  }

  private static final String MACHINES =
      """
      SELECT serial_number, status, state_seq, last_transition_id, current_process_id, state_since
        FROM machines ORDER BY serial_number
      """;

  private static final String TRANSITIONS =
      """
      SELECT machines.serial_number, history.state_seq, history.transition_id, history.event,
             history.from_status, history.to_status, history.process_id, history.occurred_at,
             history.recorded_at, (history.detail ->> 'cycle')::bigint,
             coalesce((history.detail ->> 'missed_runs')::bigint, 0),
             coalesce(history.detail ? 'inferred', false),
             (history.detail #>> '{inferred,after}')::timestamptz,
             (history.detail #>> '{inferred,before}')::timestamptz,
             coalesce(history.detail ->> 'outcome' = 'unknown', false)
        FROM machine_transitions AS history JOIN machines ON machines.id = history.machine_id
       ORDER BY machines.serial_number, history.state_seq
      """;

  private static final String OUTCOMES =
      """
      SELECT serial_number, outcome || CASE WHEN inferred THEN ', inferred' ELSE '' END, count(*)
        FROM process_runs GROUP BY 1, 2
      """;

  /** All machines, as they are at one moment. */
  public static Map<String, Recorded> read(DataSource database) throws SQLException {
    Map<String, Recorded> recorded = new TreeMap<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (ResultSet row = statement.executeQuery(MACHINES)) {
        while (row.next()) {
          recorded.put(
              row.getString(1), new Recorded(row(row), new ArrayList<>(), new HashMap<>()));
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

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString(2), row.getLong(3), row.getString(4), row.getString(5), instant(row, 6));
  }

  private static Transition transition(ResultSet row) throws SQLException {
    return new Transition(
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        instant(row, 8),
        instant(row, 9),
        row.getObject(10, Long.class),
        row.getLong(11),
        row.getBoolean(12),
        instant(row, 13),
        instant(row, 14),
        row.getBoolean(15));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
