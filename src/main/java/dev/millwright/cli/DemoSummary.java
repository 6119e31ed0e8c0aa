package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** What a demo has shown, measured in its database. */
final class DemoSummary {

  /**
   * From the machine's change (by its own clock, where it tells; here it is the host's) to the row.
   * Transitions of links are left out: they are dated when they are noticed.
   */
  private static final String LATENCY =
      """
      SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
               ORDER BY extract(epoch FROM recorded_at - occurred_at) * 1000)
        FROM machine_transitions
       WHERE recorded_at >= ? AND event NOT LIKE 'link%' AND NOT detail ?? 'inferred'
      """;

  private static final String UPDATES =
      """
      SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
       WHERE relid = 'machines'::regclass
      """;

  /** How long a server may take to count what sessions have done that have ended. */
  private static final Duration STATISTICS_LIMIT = Duration.ofSeconds(5);

  /**
   * What the server has counted so far.
   *
   * @param updates of table machines
   * @param hot those among them that left the indexes alone
   */
  record Counted(long updates, long hot) {

    static Counted now(DataSource database) throws SQLException {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(UPDATES)) {
        result.next();
        return new Counted(result.getLong(1), result.getLong(2));
      }
    }
  }

  /**
   * What the demo has led to.
   *
   * @param agreement of the history with what the machines did by themselves
   * @param runs what became of the stepped recipes
   * @param progress how many UPDATEs of table machines were no transitions, but told a run's
   *     progress
   */
  record Shown(Agreement agreement, DemoRuns runs, long progress) {

    /** Whatever does not agree, in words. */
    List<String> differences() {
      return Stream.concat(agreement.differences().stream(), runs.differences().stream()).toList();
    }

    int rows() {
      return agreement.rows() + runs.transitions();
    }
  }

  private DemoSummary() {}

  /**
   * Measures, once the daemon has closed its connections: a session reports what it did when it is
   * idle for a second or ends.
   *
   * @param before what had been counted when the demo began
   * @param start when that was
   */
  static JsonObject of(Shown shown, DataSource database, Counted before, Instant start)
      throws SQLException, InterruptedException {
    Counted counted = Counted.now(database);
    Agreement agreement = shown.agreement();
    long wanted = before.updates() + shown.rows() + shown.progress();
    Instant limit = Instant.now().plus(STATISTICS_LIMIT);
    while (counted.updates() < wanted && Instant.now().isBefore(limit)) {
      Thread.sleep(100);
      counted = Counted.now(database);
    }
    JsonObject json = new JsonObject();
    json.addProperty("machines", agreement.machines());
    json.addProperty("truth_transitions", agreement.truth());
    json.addProperty("history_transitions", agreement.seen());
    json.addProperty("link_transitions", agreement.link());
    shown.runs().addTo(json);
    json.addProperty("agree", shown.differences().isEmpty());
    JsonArray differences = new JsonArray();
    shown.differences().forEach(differences::add);
    json.add("differences", differences);
    json.addProperty("rows_of_machine_transitions", shown.rows());
    json.addProperty("updates_of_machines", counted.updates() - before.updates());
    json.addProperty("updates_for_progress", shown.progress());
    json.addProperty("hot_updates", counted.hot() - before.hot());
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(LATENCY)) {
      select.setObject(1, start.atOffset(ZoneOffset.UTC));
      try (ResultSet result = select.executeQuery()) {
        result.next();
        addPercentiles(json, result);
      }
    }
    return json;
  }

  private static void addPercentiles(JsonObject json, ResultSet result) throws SQLException {
    if (result.getArray(1) != null) {
      Double[] millis = (Double[]) result.getArray(1).getArray();
      json.addProperty("machine_to_row_ms_p50", Math.round(millis[0] * 10) / 10.0);
      json.addProperty("machine_to_row_ms_p99", Math.round(millis[1] * 10) / 10.0);
    }
  }

  /** The summary in words, for people. */
  static String words(JsonObject json) {
    StringBuilder words = new StringBuilder();
    json.entrySet()
        .forEach(
            entry ->
                words.append(String.format("%-28s %s%n", entry.getKey(), text(entry.getValue()))));
    return words.toString();
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
