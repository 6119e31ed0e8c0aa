package dev.millwright.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A truth file (DESIGN section 8), read anew: it shares no code with what wrote it, nor with the
 * demo's own comparison, so that a mistake there cannot excuse itself here.
 */
public final class TruthSteps {

  /**
   * One line.
   *
   * @param state what the machine shows
   * @param cycle how many runs it has started
   * @param at when it changed
   */
  public record Step(String state, long cycle, Instant at) {

    /** What the row must say of a machine that shows this. */
    public String status() {
      return switch (state) {
        case "processing", "error" -> state;
        case "idle", "complete", "stopped" -> "idle";
        default -> throw new IllegalStateException("truth file: state " + state);
      };
    }

    /** The event that this is after that; null for none, as a run's end makes a machine idle. */
    public String eventAfter(Step before) {
      return switch (before.state + " " + state) {
        case "idle processing" -> "start";
        case "processing complete" -> "complete";
        case "processing stopped" -> "stop";
        case "processing error" -> "error";
        case "error idle" -> "reset";
        case "complete idle", "stopped idle" -> null;
        default -> throw new IllegalStateException("truth file: " + before + ", then " + this);
      };
    }
  }

  private TruthSteps() {}

  /** The steps of each machine, in order. */
  public static Map<String, List<Step>> read(Path file) throws IOException {
    Map<String, List<Step>> steps = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      steps
          .computeIfAbsent(json.get("machine").getAsString(), machine -> new ArrayList<>())
          .add(
              new Step(
                  json.get("state").getAsString(),
                  json.get("cycle").getAsLong(),
                  Instant.parse(json.get("at").getAsString())));
    }
    return steps;
  }

  /**
   * How many of the steps must have become transitions.
   *
   * @param contact when the machine was first met: what it did before is found then, not seen
   */
  public static int events(List<Step> steps, Instant contact) {
    int events = 0;
    for (int i = 1; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.at().isAfter(contact) && step.eventAfter(steps.get(i - 1)) != null) {
        events++;
      }
    }
    return events;
  }
}
