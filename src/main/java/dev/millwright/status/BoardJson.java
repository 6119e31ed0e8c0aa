package dev.millwright.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.journal.Backlog;
import dev.millwright.machine.MachineState;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import dev.millwright.store.Row;
import java.time.Instant;

/** What the page's script is told. Moments are milliseconds since 1970, in UTC. */
final class BoardJson {

  private BoardJson() {}

  /** What is not of one machine, and the data's age of all of them, in milliseconds. */
  static JsonObject general(Overview plant) {
    JsonObject json = new JsonObject();
    json.addProperty("now", plant.at().toEpochMilli());
    JsonObject database = new JsonObject();
    database.addProperty("answers", plant.database().answers());
    database.addProperty("since", millis(plant.database().since()));
    database.addProperty("trouble", plant.database().trouble());
    json.add("database", database);
    json.addProperty("journal", plant.journalTrouble());
    JsonArray ages = new JsonArray();
    for (MachineSnapshot machine : plant.machines()) {
      ages.add(machine.age() == null ? null : machine.age().toMillis());
    }
    json.add("ages", ages);
    return json;
  }

  /** One machine, but for the age of its data and its timeline. */
  static JsonObject machine(MachineSnapshot machine) {
    JsonObject json = new JsonObject();
    json.addProperty("name", machine.machine());
    if (machine.row() != null) {
      add(json, machine.row());
    }
    LinkSnapshot link = machine.link();
    json.addProperty("link", link.name());
    json.addProperty("open", link.open());
    json.addProperty("linkSince", millis(link.since()));
    json.addProperty("trouble", link.trouble());
    json.addProperty("problem", machine.glimpse().problem());
    Backlog backlog = machine.backlog();
    if (backlog != null) {
      json.addProperty("pending", backlog.waiting());
      json.addProperty("oldest", millis(backlog.oldest()));
      json.addProperty("quarantined", backlog.quarantined());
    }
    return json;
  }

  private static void add(JsonObject json, Row row) {
    MachineState state = row.state();
    json.addProperty("status", state.status().word());
    json.addProperty("since", millis(state.since()));
    json.addProperty("seq", state.seq());
    json.addProperty("process", state.processId() == null ? null : state.processId().toString());
    json.addProperty("recipe", row.lastRecipe());
    json.addProperty("batch", row.lastBatch());
    json.addProperty("event", row.lastEvent());
    if (state.failure() != null) {
      json.addProperty("failure", state.failure().description());
      json.addProperty("component", state.failure().component());
    }
    json.add("progress", Step.parsed(row.progress()));
  }

  private static Long millis(Instant at) {
    return at == null ? null : (Long) at.toEpochMilli();
  }
}
