package dev.millwright.cli;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.millwright.store.Row;
import dev.millwright.store.RowJson;

/**
 * One machine as somebody told of it: a daemon, which knows more, or the database.
 *
 * @param serial its serial number
 * @param row as in table machines; null where the daemon knows of none
 * @param live what only a daemon knows; null where nobody has told
 */
record MachineLine(String serial, Row row, DetailView live) {

  /** As the daemon tells it. */
  static MachineLine told(JsonObject json) {
    boolean hasRow = json.has("id");
    return new MachineLine(
        json.get("serial_number").getAsString(),
        hasRow ? RowJson.row(json) : null,
        new DetailView(json));
  }

  /** As the database has it. */
  static MachineLine of(Row row) {
    return new MachineLine(row.serialNumber(), row, null);
  }

  /** The machine's link; null where nobody has told. */
  DetailView link() {
    return part("link");
  }

  /** A part of what a daemon knows; null where there is none. */
  DetailView part(String key) {
    return live != null && live.json().get(key) instanceof JsonObject part
        ? new DetailView(part)
        : null;
  }

  /**
   * With the columns of its row, absent where there is none, and with who has told it.
   *
   * @param daemon what the daemon tells of itself; null where the database was asked
   */
  JsonObject json(DetailView daemon) {
    JsonObject json = live == null ? RowJson.of(row) : live.json().deepCopy();
    json.addProperty("told_by", live == null ? "database" : "daemon");
    json.add("daemon", daemon == null ? JsonNull.INSTANCE : daemon.json());
    return json;
  }
}
