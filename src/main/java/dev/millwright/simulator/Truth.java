package dev.millwright.simulator;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a truth file says that a machine's status should have done.
 *
 * @param event the word for it: start, complete, stop, error or reset
 * @param cycle the machine's counter
 * @param at when
 */
public record Truth(String event, long cycle, Instant at) {

  /**
   * Reads a truth file.
   *
   * @return the transitions of each machine, in order. A machine that becomes idle after a run that
   *     was complete or stopped makes no transition: its status is idle already
   * @throws IOException when the file cannot be read or a line is not what {@link TruthLog} writes
   */
  public static Map<String, List<Truth>> read(Path file) throws IOException {
    Map<String, List<Truth>> transitions = new LinkedHashMap<>();
    Map<String, String> states = new LinkedHashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      JsonObject json;
      try {
        json = JsonParser.parseString(line).getAsJsonObject();
      } catch (JsonParseException | IllegalStateException e) {
        throw new IOException(file + ":" + number + ": not a JSON object: " + line, e);
      }
      String machine = json.get("machine").getAsString();
      String state = json.get("state").getAsString();
      String before = states.put(machine, state);
      List<Truth> of = transitions.computeIfAbsent(machine, m -> new ArrayList<>());
      String event = event(before, state);
      if (event != null) {
        Instant at = Instant.parse(json.get("at").getAsString());
        of.add(new Truth(event, json.get("cycle").getAsLong(), at));
      }
    }
    return transitions;
  }

  private static String event(String before, String state) {
    return switch (state) {
      case "processing" -> "start";
      case "complete" -> "complete";
      case "stopped" -> "stop";
      case "error" -> "error";
      default -> "error".equals(before) ? "reset" : null;
    };
  }
}
