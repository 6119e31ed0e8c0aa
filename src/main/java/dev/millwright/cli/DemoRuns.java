package dev.millwright.cli;

import com.google.gson.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * What became of the recipes that a demo has stepped, held against the commands that asked for it.
 *
 * @param transitions rows of the history of the stepped machines
 * @param started runs
 * @param completed those that went to their end
 * @param stopped those that somebody stopped, the daemon at the demo's end among them
 * @param failed the others
 * @param differences commands that have no end, or another one than the history tells of their run
 */
record DemoRuns(
    int transitions,
    int started,
    int completed,
    int stopped,
    int failed,
    List<String> differences) {

  private static final String TRANSITIONS =
      """
      SELECT count(*) FROM machine_transitions AS transition
        JOIN machines AS machine ON machine.id = transition.machine_id
       WHERE machine.serial_number = ANY (?) AND transition.recorded_at >= ?
      """;

  private static final String RUNS =
      """
      SELECT count(*), count(*) FILTER (WHERE outcome = 'completed'),
             count(*) FILTER (WHERE outcome = 'stopped')
        FROM process_runs WHERE serial_number = ANY (?) AND started_at >= ?
      """;

  /** A start that completed led to a run that did; one that failed led to none that did. */
  private static final String DIFFERENCES =
      """
      SELECT machine.serial_number || ': command ' || command.id || ' (' || command.type || ') is '
             || command.status || ', and its run is ' || coalesce(run.outcome, 'none')
        FROM recipe_commands AS command
        JOIN machines AS machine ON machine.id = command.machine_id
        LEFT JOIN process_runs AS run
          ON run.process_id = command.process_id AND run.machine_id = command.machine_id
       WHERE machine.serial_number = ANY (?) AND command.created_at >= ?
         AND (command.status NOT IN ('completed', 'error')
              OR command.type = 'start_recipe'
                 AND (command.status = 'completed')
                     IS DISTINCT FROM (coalesce(run.outcome, '') = 'completed'))
       ORDER BY command.created_at
      """;

  static DemoRuns of(DataSource database, List<String> machines, Instant start)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      int transitions;
      try (PreparedStatement select = prepared(connection, TRANSITIONS, machines, start);
          ResultSet row = select.executeQuery()) {
        row.next();
        transitions = row.getInt(1);
      }
      List<String> differences = new ArrayList<>();
      try (PreparedStatement select = prepared(connection, DIFFERENCES, machines, start);
          ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          differences.add(rows.getString(1));
        }
      }
      try (PreparedStatement select = prepared(connection, RUNS, machines, start);
          ResultSet row = select.executeQuery()) {
        row.next();
        int started = row.getInt(1);
        int completed = row.getInt(2);
        int stopped = row.getInt(3);
        int failed = started - completed - stopped;
        return new DemoRuns(transitions, started, completed, stopped, failed, differences);
      }
    }
  }

  private static PreparedStatement prepared(
      Connection connection, String sql, List<String> machines, Instant start) throws SQLException {
    PreparedStatement select = connection.prepareStatement(sql);
    select.setArray(1, connection.createArrayOf("text", machines.toArray()));
    select.setObject(2, start.atOffset(ZoneOffset.UTC));
    return select;
  }

  void addTo(JsonObject json) {
    json.addProperty("stepped_transitions", transitions);
    json.addProperty("recipes_started", started);
    json.addProperty("recipes_completed", completed);
    json.addProperty("recipes_stopped", stopped);
    json.addProperty("recipes_failed", failed);
  }
}
