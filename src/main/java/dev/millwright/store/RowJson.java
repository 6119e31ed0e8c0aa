package dev.millwright.store;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import java.time.Instant;
import java.util.UUID;

/** A row as a JSON object whose keys are the columns' names; what is absent is null. */
public final class RowJson {

  private RowJson() {}

  /** The object. */
  public static JsonObject of(Row row) {
    JsonObject json = new JsonObject();
    json.addProperty("id", text(row.id()));
    json.addProperty("serial_number", row.serialNumber());
    addState(json, row.state());
    json.addProperty("state_seq", row.state().seq());
    json.addProperty("last_event", row.lastEvent());
    json.addProperty("last_transition_id", text(row.lastTransitionId()));
    json.add("last_detail", parsed(row.detail()));
    json.add("progress", parsed(row.progress()));
    json.addProperty("updated_at", text(row.updatedAt()));
    return json;
  }

  /** Adds the columns of a state but for its number. */
  public static JsonObject addState(JsonObject json, MachineState state) {
    Failure failure = state.failure();
    json.addProperty("status", state.status().word());
    json.addProperty("current_process_id", text(state.processId()));
    json.addProperty("state_since", text(state.since()));
    json.addProperty("is_failure_mode", failure != null);
    json.addProperty("failure_component", failure == null ? null : failure.component());
    json.addProperty("failure_description", failure == null ? null : failure.description());
    return json;
  }

  /**
   * The row of such an object.
   *
   * @throws RuntimeException when it is none
   */
  public static Row row(JsonObject json) {
    JsonObject detail = json.get("last_detail") instanceof JsonObject object ? object : null;
    return new Row(
        uuid(json, "id"),
        text(json, "serial_number"),
        new MachineState(
            json.get("state_seq").getAsLong(),
            Status.of(text(json, "status")),
            uuid(json, "current_process_id"),
            instant(json, "state_since"),
            json.get("is_failure_mode").getAsBoolean()
                ? new Failure(text(json, "failure_component"), text(json, "failure_description"))
                : null),
        text(json, "last_event"),
        uuid(json, "last_transition_id"),
        detail == null || text(detail, "cycle") == null
            ? null
            : Long.valueOf(text(detail, "cycle")),
        detail == null ? null : text(detail, "recipe"),
        detail == null ? null : text(detail, "batch"),
        instant(json, "updated_at"),
        detail == null ? null : detail.toString(),
        json.get("progress") instanceof JsonObject progress ? progress.toString() : null);
  }

  /** What a column of type jsonb holds; JSON's null for none. */
  public static JsonElement parsed(String json) {
    return json == null ? JsonNull.INSTANCE : JsonParser.parseString(json);
  }

  private static String text(JsonObject json, String key) {
    JsonElement element = json.get(key);
    return element == null || element.isJsonNull() ? null : element.getAsString();
  }

  private static UUID uuid(JsonObject json, String key) {
    String text = text(json, key);
    return text == null ? null : UUID.fromString(text);
  }

  private static Instant instant(JsonObject json, String key) {
    String text = text(json, key);
    return text == null ? null : Instant.parse(text);
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }
}
