package dev.millwright.runtime;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.millwright.machine.Detail;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.Command.Origin;
import dev.millwright.runtime.Command.Source;
import dev.millwright.store.CommandRow;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Makes commands of what was written, in a table's row or otherwise; or says all that is wrong. */
public final class CommandReader {

  /** The types of table recipe_commands. */
  public static final Map<String, Kind> TYPES =
      Map.of(
          "start_recipe", Kind.START,
          "stop_recipe", Kind.STOP,
          "reset_machine", Kind.RESET,
          "hold_recipe", Kind.HOLD,
          "unhold_recipe", Kind.UNHOLD);

  private static final Set<String> KEYS = Set.of("recipe", "parameters", "process");

  private static final int MAX_NAME = 200;
  private static final int MAX_PARAMETERS = 200;
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_OPERATOR = 100;
  private static final int MAX_REASON = 1_000;

  private final List<String> mistakes = new ArrayList<>();

  /**
   * What came of it.
   *
   * @param command null when something is wrong
   * @param mistake all that is wrong, in words; null when nothing is
   */
  public record Reading(Command command, String mistake) {}

  private CommandReader() {}

  /** Reads what stands in a row of recipe_commands, or in the same words elsewhere. */
  public static Reading read(CommandRow row, Source source) {
    CommandReader reader = new CommandReader();
    Command command = reader.command(row, source);
    return reader.mistakes.isEmpty()
        ? new Reading(command, null)
        : new Reading(null, String.join("; ", reader.mistakes));
  }

  private Command command(CommandRow row, Source source) {
    Kind kind = row.type() == null ? null : TYPES.get(row.type());
    require(
        kind != null,
        "type: \""
            + row.type()
            + "\" is none of "
            + String.join(", ", new TreeSet<>(TYPES.keySet())));
    JsonObject given = object(row.parameters());
    for (String key : given.keySet()) {
      require(
          KEYS.contains(key),
          "parameters: key \"" + key + "\" is none of recipe, parameters, process");
    }
    String recipe = text(given, "recipe");
    Map<String, Object> parameters = values(given.get("parameters"));
    UUID process = process(row.process(), text(given, "process"));
    if (kind == Kind.START) {
      require(process == null, "process: a start makes a run of its own; leave it out");
    } else {
      require(recipe == null, "recipe: only a start has one");
      require(parameters.isEmpty(), "parameters: only a start has them");
    }
    bounded("batch_id", row.batch(), Detail.MAX_BATCH);
    bounded("operator", row.operator(), MAX_OPERATOR);
    bounded("reason", row.reason(), MAX_REASON);
    return mistakes.isEmpty()
        ? new Command(
            row.id(),
            kind,
            process,
            recipe,
            parameters,
            row.batch(),
            new Origin(source, row.operator(), row.reason()))
        : null;
  }

  private JsonObject object(String json) {
    if (json == null) {
      mistakes.add("parameters: there are more than 64 KiB of them");
      return new JsonObject();
    }
    try {
      JsonElement element = strict(json);
      if (element instanceof JsonObject object) {
        return object;
      }
      mistakes.add("parameters: not an object, such as {\"recipe\": \"R42\"}");
    } catch (JsonParseException | IOException e) {
      mistakes.add("parameters: not JSON: " + e.getMessage());
    }
    return new JsonObject();
  }

  /** Otherwise NaN would be a text, and whatever follows would be left out. */
  private static JsonElement strict(String json) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    JsonElement element = JsonParser.parseReader(reader);
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new JsonParseException("more follows after its end");
    }
    return element;
  }

  /** Null where there is none. */
  private String text(JsonObject given, String key) {
    JsonElement element = given.get(key);
    if (element == null || element.isJsonNull()) {
      return null;
    }
    if (!(element instanceof JsonPrimitive text) || !text.isString()) {
      mistakes.add(key + ": " + shown(element) + " is not a text");
      return null;
    }
    bounded(key, text.getAsString(), MAX_NAME);
    return text.getAsString();
  }

  private UUID process(UUID column, String text) {
    if (text == null) {
      return column;
    }
    try {
      UUID process = UUID.fromString(text);
      require(
          column == null || column.equals(process),
          "process: " + process + " in parameters, but " + column + " in process_id");
      return process;
    } catch (IllegalArgumentException e) {
      mistakes.add("process: \"" + text + "\" is not the id of a process (a UUID)");
      return column;
    }
  }

  private Map<String, Object> values(JsonElement given) {
    Map<String, Object> values = new HashMap<>();
    if (given == null || given.isJsonNull()) {
      return values;
    }
    if (!(given instanceof JsonObject object)) {
      mistakes.add("parameters.parameters: " + shown(given) + " is not an object");
      return values;
    }
    require(
        object.size() <= MAX_PARAMETERS,
        "parameters: " + object.size() + " of them; at most " + MAX_PARAMETERS);
    object.entrySet().stream()
        .limit(MAX_PARAMETERS)
        .forEach(
            entry -> {
              bounded("parameters: a name", entry.getKey(), MAX_NAME);
              Object value = value(entry.getKey(), entry.getValue());
              if (value != null) {
                values.put(entry.getKey(), value);
              }
            });
    return values;
  }

  /** Null, after a complaint, where it is no value. */
  private Object value(String name, JsonElement element) {
    if (element instanceof JsonPrimitive value) {
      if (value.isBoolean()) {
        return value.getAsBoolean();
      } else if (value.isString()) {
        bounded(name, value.getAsString(), MAX_TEXT);
        return value.getAsString();
      }
      Object number = number(value.getAsString());
      if (number != null) {
        return number;
      }
    }
    mistakes.add(
        name + ": " + shown(element) + " is none of true, false, a finite number and a text");
    return null;
  }

  /** Null when it is none that is finite. */
  private static Object number(String text) {
    try {
      BigDecimal exact = new BigDecimal(text);
      if (text.matches("-?[0-9]+") && exact.toBigInteger().bitLength() < Long.SIZE) {
        return exact.longValueExact();
      }
      double real = exact.doubleValue();
      return Double.isFinite(real) ? real : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private void bounded(String what, String text, int most) {
    require(
        text == null || (!text.isEmpty() && text.length() <= most),
        what
            + ": "
            + (text == null ? 0 : text.length())
            + " characters; at least 1 and at most "
            + most);
    // They would be shown on terminals.
    require(
        text == null || text.chars().noneMatch(Character::isISOControl),
        what + ": has control characters");
  }

  private static String shown(JsonElement element) {
    String text = element.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  private void require(boolean holds, String mistake) {
    if (!holds) {
      mistakes.add(mistake);
    }
  }
}
