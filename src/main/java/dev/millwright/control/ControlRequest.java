package dev.millwright.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.millwright.store.CommandRow;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * What is asked for over the socket, in the words of table recipe_commands: one JSON object, whose
 * keys {@link #json} shows.
 *
 * @param parameters a JSON object; empty where there are none
 * @param process null for none, and so are batch, operator and reason
 * @param await whether whoever asks waits for the end
 */
public record ControlRequest(
    String type,
    String machine,
    JsonObject parameters,
    UUID process,
    String batch,
    String operator,
    String reason,
    boolean await)
    implements Request {

  private static final Set<String> KEYS =
      Set.of(
          "type", "machine", "parameters", "process_id", "batch_id", "operator", "reason", "wait");

  /** The type of one that only looks: at one machine, or at all where none is named. */
  private static final String STATUS = "status";

  /**
   * Asks what the daemon knows.
   *
   * @param machine null for all
   */
  static ControlRequest status(String machine) {
    return new ControlRequest(STATUS, machine, new JsonObject(), null, null, null, null, true);
  }

  /** Whether it only looks. */
  boolean isStatus() {
    return STATUS.equals(type);
  }

  @Override
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.addProperty("machine", machine);
    json.add("parameters", parameters);
    add(json, "process_id", process == null ? null : process.toString());
    add(json, "batch_id", batch);
    add(json, "operator", operator);
    add(json, "reason", reason);
    json.addProperty("wait", await);
    return json.toString();
  }

  private static void add(JsonObject json, String key, String value) {
    if (value != null) {
      json.addProperty(key, value);
    }
  }

  static void requireKnown(JsonObject json, Set<String> keys) {
    for (String key : json.keySet()) {
      if (!keys.contains(key)) {
        throw new IllegalArgumentException("key \"" + key + "\" is not known");
      }
    }
  }

  static ControlRequest of(JsonObject json) {
    requireKnown(json, KEYS);
    String process = text(json, "process_id");
    return new ControlRequest(
        text(json, "type"),
        text(json, "machine"),
        parameters(json.get("parameters")),
        process == null ? null : UUID.fromString(process),
        text(json, "batch_id"),
        text(json, "operator"),
        text(json, "reason"),
        await(json.get("wait")));
  }

  private static JsonObject parameters(JsonElement element) {
    if (element == null || element.isJsonNull()) {
      return new JsonObject();
    }
    if (element instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("parameters is not an object");
  }

  private static boolean await(JsonElement element) {
    if (element == null) {
      return true;
    }
    if (element instanceof JsonPrimitive told && told.isBoolean()) {
      return told.getAsBoolean();
    }
    throw new IllegalArgumentException("wait is neither true nor false");
  }

  static JsonObject object(String line) {
    try {
      JsonReader reader = new JsonReader(new StringReader(line));
      reader.setStrictness(Strictness.STRICT);
      if (JsonParser.parseReader(reader) instanceof JsonObject object
          && reader.peek() == JsonToken.END_DOCUMENT) {
        return object;
      }
      throw new IllegalArgumentException("a request is one JSON object on one line");
    } catch (JsonParseException | IOException e) {
      throw new IllegalArgumentException("a request is one JSON object on one line", e);
    }
  }

  static String text(JsonObject json, String key) {
    JsonElement element = json.get(key);
    if (element == null || element.isJsonNull()) {
      return null;
    }
    if (element instanceof JsonPrimitive text && text.isString()) {
      return text.getAsString();
    }
    throw new IllegalArgumentException(key + " is not a text");
  }

  /**
   * The same as it would stand in the table.
   *
   * @param user who asks, where no operator is named
   */
  CommandRow row(UUID id, String user, Instant now) {
    return new CommandRow(
        id,
        machine,
        type,
        parameters.toString(),
        process,
        batch,
        operator == null ? user : operator,
        reason,
        now,
        false);
  }
}
