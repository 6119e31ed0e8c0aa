package dev.millwright.status;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * One transition of a machine, as the page shows it.
 *
 * @param machine its serial number
 * @param seq the transition's number within its machine
 * @param from the status before; null where that was not seen
 * @param to the status after
 * @param recipe null where it is not known
 * @param reason why it happened, or the failure; null where nobody says
 * @param inferred whether it was concluded after a gap
 */
record Step(
    String machine,
    long seq,
    Instant at,
    String event,
    String from,
    String to,
    String recipe,
    String reason,
    boolean inferred) {

  /**
   * The one that has led to this row.
   *
   * @param from the status before; null where that was not seen
   */
  static Step of(Row row, Instant at, String from) {
    MachineState state = row.state();
    JsonObject detail = detail(row.detail());
    Failure failure = state.failure();
    return new Step(
        row.serialNumber(),
        state.seq(),
        at,
        row.lastEvent(),
        from,
        state.status().word(),
        row.lastRecipe(),
        failure == null ? text(detail, "reason") : failure.description(),
        detail.has("inferred"));
  }

  /** One of the history that has a moment. */
  static Step of(String machine, HistoryRow row) {
    JsonObject detail = detail(row.detailJson());
    String reason = text(detail, "reason");
    return new Step(
        machine,
        row.seq(),
        row.occurredAt(),
        row.event(),
        row.from(),
        row.to(),
        text(detail, "recipe"),
        reason == null ? text(detail, "component") : reason,
        detail.has("inferred"));
  }

  /** When something that was concluded had not happened yet, as far as known; else null. */
  static Instant inferredAfter(String column) {
    if (!(detail(column).get("inferred") instanceof JsonObject window)) {
      return null;
    }
    String after = text(window, "after");
    try {
      return after == null ? null : Instant.parse(after);
    } catch (DateTimeParseException e) {
      // Somebody else has written the column.
      return null;
    }
  }

  private static JsonObject detail(String column) {
    return parsed(column) instanceof JsonObject detail ? detail : new JsonObject();
  }

  /** What a column of type jsonb holds; JSON's null for none, and for what makes no sense. */
  static JsonElement parsed(String column) {
    try {
      return column == null ? JsonNull.INSTANCE : JsonParser.parseString(column);
    } catch (JsonParseException e) {
      // Somebody else has written the column.
      return JsonNull.INSTANCE;
    }
  }

  private static String text(JsonObject json, String key) {
    return json.get(key) instanceof JsonPrimitive value ? value.getAsString() : null;
  }

  /** Whether it is the same transition, whoever tells of it. */
  boolean isSame(Step other) {
    return machine.equals(other.machine)
        && seq == other.seq
        && at.toEpochMilli() == other.at.toEpochMilli();
  }

  /** For the page's script; the moment in milliseconds since 1970, in UTC. */
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("name", machine);
    json.addProperty("seq", seq);
    json.addProperty("at", at.toEpochMilli());
    json.addProperty("event", event);
    json.addProperty("from", from);
    json.addProperty("status", to);
    json.addProperty("recipe", recipe);
    json.addProperty("reason", reason);
    json.addProperty("inferred", inferred);
    return json;
  }
}
