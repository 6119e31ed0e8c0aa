package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
       WHERE event NOT LIKE 'link%' AND NOT detail ? 'inferred'
      """;

  private static final String UPDATES =
      """
      SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
       WHERE relid = 'machines'::regclass
      """;

  private DemoSummary() {}

  static JsonObject of(Agreement agreement, DataSource database, int machines) throws SQLException {
    JsonObject json = new JsonObject();
    json.addProperty("machines", machines);
    json.addProperty("truth_transitions", agreement.truth());
    json.addProperty("history_transitions", agreement.seen());
    json.addProperty("link_transitions", agreement.link());
    json.addProperty("agree", agreement.differences().isEmpty());
    JsonArray differences = new JsonArray();
    agreement.differences().forEach(differences::add);
    json.add("differences", differences);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      // Statistics of this session's own server process are not involved; those of the daemon's
      // connections are reported by them within a second of being idle.
      try (ResultSet result = statement.executeQuery(UPDATES)) {
        result.next();
        json.addProperty("updates_of_machines", result.getLong(1));
        json.addProperty("hot_updates", result.getLong(2));
      }
      try (ResultSet result = statement.executeQuery(LATENCY)) {
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
                words.append(String.format("%-24s %s%n", entry.getKey(), text(entry.getValue()))));
    return words.toString();
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
