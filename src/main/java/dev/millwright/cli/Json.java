package dev.millwright.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Unreadable;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Transition;
import dev.millwright.store.DetailJson;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;

/** Rows, and entries of the journal, as JSON objects; the keys are the columns' names. */
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
    addState(json, row.state());
    json.addProperty("state_seq", row.state().seq());
    json.addProperty("last_event", row.lastEvent());
    json.addProperty("last_transition_id", text(row.lastTransitionId()));
    json.add("last_detail", parsed(row.detail()));
    json.add("progress", parsed(row.progress()));
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

  static String of(Entry entry) {
    Transition transition = entry.transition();
    JsonObject json = new JsonObject();
    json.addProperty("id", entry.id());
    json.addProperty("serial_number", entry.machine());
    json.addProperty("machine_id", text(entry.rowId()));
    json.addProperty("state_seq", transition.to().seq());
    json.addProperty("transition_id", text(transition.id()));
    json.addProperty("after_transition_id", text(entry.after()));
    json.addProperty("event", transition.event());
    json.add("from", addState(new JsonObject(), transition.from()));
    json.add("to", addState(new JsonObject(), transition.to()));
    json.add("detail", parsed(DetailJson.of(transition)));
    json.addProperty("quarantined", entry.quarantined());
    json.addProperty("retried", entry.retried());
    return of(json);
  }

  static String of(Unreadable record) {
    JsonObject json = new JsonObject();
    json.addProperty("id", record.id());
    json.addProperty("serial_number", record.machine());
    json.addProperty("unreadable", record.why());
    return of(json);
  }

  private static JsonObject addState(JsonObject json, MachineState state) {
    Failure failure = state.failure();
    json.addProperty("status", state.status().word());
    json.addProperty("current_process_id", text(state.processId()));
    json.addProperty("state_since", text(state.since()));
    json.addProperty("is_failure_mode", failure != null);
    json.addProperty("failure_component", failure == null ? null : failure.component());
    json.addProperty("failure_description", failure == null ? null : failure.description());
    return json;
  }

  static JsonElement parsed(String json) {
    return json == null ? JsonNull.INSTANCE : JsonParser.parseString(json);
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }
}
