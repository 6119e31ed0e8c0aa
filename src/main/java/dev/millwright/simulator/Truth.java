package dev.millwright.simulator;

import com.google.gson.JsonObject;
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
      try {
        add(JsonParser.parseString(line).getAsJsonObject(), states, transitions);
      } catch (RuntimeException e) {
        throw new IOException(file + ":" + number + ": not a line of a truth file: " + line, e);
      }
    }
    return transitions;
  }

  private static void add(
      JsonObject json, Map<String, String> states, Map<String, List<Truth>> transitions) {
    String machine = json.get("machine").getAsString();
    String state = json.get("state").getAsString();
    long cycle = json.get("cycle").getAsLong();
    Instant at = Instant.parse(json.get("at").getAsString());
    String event = event(states.put(machine, state), state);
    List<Truth> of = transitions.computeIfAbsent(machine, m -> new ArrayList<>());
    if (event != null) {
      of.add(new Truth(event, cycle, at));
    }
  }

  private static String event(String before, String state) {
    return switch (state) {
      case "processing" -> "start";
      case "complete" -> "complete";
      case "stopped" -> "stop";
      case "error" -> "error";
      case "idle" -> "error".equals(before) ? "reset" : null;
      default -> throw new IllegalArgumentException("state " + state);
    };
  }
}
