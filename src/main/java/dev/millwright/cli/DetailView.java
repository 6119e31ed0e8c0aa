package dev.millwright.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.millwright.store.RowJson;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A transition's detail, read leniently: other writers may have put anything into the column.
 *
 * @param json an object, perhaps an empty one
 */
record DetailView(JsonObject json) {

  /** Reads a column's text; null and what is not an object count as empty. */
  static DetailView of(String column) {
    return new DetailView(
        column != null && RowJson.parsed(column) instanceof JsonObject object
            ? object
            : new JsonObject());
  }

  boolean has(String key) {
    return json.has(key) && !json.get(key).isJsonNull();
  }

  /** The value as a word; null when there is none. */
  String text(String key) {
    return has(key) ? text(json.get(key)) : null;
  }

  /** The value as a count; 0 when there is none, or what other writers put there is none. */
  long count(String key) {
    try {
      return has(key) ? Long.parseLong(text(key)) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The value as a moment; null when there is none. */
  Instant instant(String key) {
    try {
      return has(key) ? Instant.parse(text(key)) : null;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** When it must have happened, in words; null when it was not inferred. */
  String window() {
    if (!(json.get("inferred") instanceof JsonObject inferred)) {
      return has("inferred") ? "at a time that is not known" : null;
    }
    String after = time(inferred.get("after"));
    String before = time(inferred.get("before"));
    return (after == null ? "before " : "between " + after + " and ")
        + (before == null ? "now" : before);
  }

  /** All of it in one line: {@code cycle=17 recipe=R42 inferred}. */
  String line() {
    List<String> words = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      String key = entry.getKey();
      // The source is told by the event; the other two have places of their own.
      if (!List.of("source", "inferred", "reason").contains(key)) {
        String value = text(entry.getValue());
        words.add(value.equals("true") ? key : key + "=" + value);
      }
    }
    if (has("inferred")) {
      words.add("inferred");
    }
    if (has("reason")) {
      words.add(text("reason"));
    }
    return words.isEmpty() ? null : String.join(" ", words);
  }

  private static String time(JsonElement value) {
    if (value == null || value.isJsonNull()) {
      return null;
    }
    try {
      return Times.local(Instant.parse(text(value)));
    } catch (DateTimeParseException e) {
      return text(value);
    }
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
