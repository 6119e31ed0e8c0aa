package dev.millwright.control;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;

/**
 * What the daemon answers: {@link State#TAKEN} at most once, then the end, unless nobody waits for
 * that.
 *
 * @param command names it in the log and in the history; null where it was none
 * @param message in words; null where there is nothing to say
 * @param process the run that it was about; null for none
 * @param report what was asked for where somebody only looks; null else
 */
public record ControlNews(
    State state, UUID command, String message, UUID process, JsonObject report) {

  /** What is no report. */
  public ControlNews(State state, UUID command, String message, UUID process) {
    this(state, command, message, process, null);
  }

  /** How far it is. */
  public enum State {
    /** The machine was asked. */
    TAKEN,
    /** The machine has confirmed it. */
    COMPLETED,
    /** It is not done, or not to its end. */
    FAILED,
    /** Of a reload: some machines keep their old settings. */
    PARTLY,
    /** Of a reload: the configuration has mistakes, and nothing was changed. */
    MISTAKEN
  }

  static ControlNews failed(UUID command, String why) {
    return new ControlNews(State.FAILED, command, why, null);
  }

  static ControlNews report(UUID command, JsonObject report) {
    return new ControlNews(State.COMPLETED, command, null, null, report);
  }

  /** Whether nothing follows. */
  public boolean isEnd() {
    return state != State.TAKEN;
  }

  String json() {
    JsonObject json = new JsonObject();
    json.addProperty("state", state.name().toLowerCase(Locale.ROOT));
    add(json, "command", command);
    add(json, "message", message);
    add(json, "process_id", process);
    if (report != null) {
      json.add("report", report);
    }
    return json.toString();
  }

  private static void add(JsonObject json, String key, Object value) {
    if (value != null) {
      json.addProperty(key, value.toString());
    }
  }

  static ControlNews parse(String line) throws IOException {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      return new ControlNews(
          State.valueOf(json.get("state").getAsString().toUpperCase(Locale.ROOT)),
          uuid(json, "command"),
          json.has("message") ? json.get("message").getAsString() : null,
          uuid(json, "process_id"),
          json.get("report") instanceof JsonObject report ? report : null);
    } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
      throw new IOException("this is no answer of a Millwright daemon: " + line, e);
    }
  }

  private static UUID uuid(JsonObject json, String key) {
    return json.has(key) ? UUID.fromString(json.get(key).getAsString()) : null;
  }
}
