package dev.millwright.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;

/** Rows as JSON objects; the keys are the columns' names. */
final class Json {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private Json() {}

  static String of(JsonElement element) {
    return GSON.toJson(element);
  }

  static String of(Row row) {
    JsonObject json = new JsonObject();
    json.addProperty("id", text(row.id()));
    json.addProperty("serial_number", row.serialNumber());
    json.addProperty("status", row.state().status().word());
    json.addProperty("current_process_id", text(row.state().processId()));
    json.addProperty("state_since", text(row.state().since()));
    json.addProperty("is_failure_mode", row.state().failure() != null);
    json.addProperty(
        "failure_component",
        row.state().failure() == null ? null : row.state().failure().component());
    json.addProperty(
        "failure_description",
        row.state().failure() == null ? null : row.state().failure().description());
    json.addProperty("state_seq", row.state().seq());
    json.addProperty("last_event", row.lastEvent());
    json.addProperty("last_transition_id", text(row.lastTransitionId()));
    json.add("last_detail", parsed(row.detail()));
    json.addProperty("updated_at", text(row.updatedAt()));
    return of(json);
  }

  static String of(HistoryRow row) {
    JsonObject json = new JsonObject();
    json.addProperty("state_seq", row.seq());
    json.addProperty("transition_id", text(row.transitionId()));
    json.addProperty("event", row.event());
    json.addProperty("from_status", row.from());
    json.addProperty("to_status", row.to());
    json.addProperty("process_id", text(row.processId()));
    json.addProperty("occurred_at", text(row.occurredAt()));
    json.addProperty("recorded_at", text(row.recordedAt()));
    json.add("detail", parsed(row.detailJson()));
    return of(json);
  }

  static JsonElement parsed(String json) {
    return json == null ? JsonNull.INSTANCE : JsonParser.parseString(json);
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }
}
