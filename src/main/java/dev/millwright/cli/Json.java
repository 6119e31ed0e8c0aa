package dev.millwright.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Unreadable;
import dev.millwright.machine.Transition;
import dev.millwright.store.DetailJson;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import dev.millwright.store.RowJson;

/** Rows, and entries of the journal, as JSON objects; the keys are the columns' names. */
final class Json {

  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private Json() {}

  static String of(JsonElement element) {
    return GSON.toJson(element);
  }

  static String of(Row row) {
    return of(RowJson.of(row));
  }

  static String of(HistoryRow row) {
    return of(object(row));
  }

  static JsonObject object(HistoryRow row) {
    JsonObject json = new JsonObject();
    json.addProperty("state_seq", row.seq());
    json.addProperty("transition_id", text(row.transitionId()));
    json.addProperty("event", row.event());
    json.addProperty("from_status", row.from());
    json.addProperty("to_status", row.to());
    json.addProperty("process_id", text(row.processId()));
    json.addProperty("occurred_at", text(row.occurredAt()));
    json.addProperty("recorded_at", text(row.recordedAt()));
    json.add("detail", RowJson.parsed(row.detailJson()));
    return json;
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
    json.add("from", RowJson.addState(new JsonObject(), transition.from()));
    json.add("to", RowJson.addState(new JsonObject(), transition.to()));
    json.add("detail", RowJson.parsed(DetailJson.of(transition)));
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

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }
}
