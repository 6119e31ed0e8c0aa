package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.DryRun;
import dev.millwright.runtime.Moment;
import dev.millwright.store.DetailJson;
import dev.millwright.store.RowJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One look at a machine, for people and for programs.
 *
 * @param at when
 * @param names what the tags are called here, in the order in which they are shown
 * @param observation what was read
 * @param shows what that says by the state map; null where there is none
 * @param decided what the daemon would decide upon it
 * @param log what the log would say
 * @param frames what went over the wire
 */
record Look(
    Moment at,
    Map<String, String> names,
    Observation observation,
    DryRun.Shows shows,
    List<Transition> decided,
    List<String> log,
    List<Wire.Part> frames) {

  /** Whether every value is good. */
  boolean isGood() {
    return observation.values().values().stream().allMatch(v -> v.quality() == Quality.GOOD);
  }

  /** Whether every value is there, good or not. */
  boolean isComplete() {
    return observation.values().values().stream().noneMatch(v -> v.quality() == Quality.BAD);
  }

  /** Whether it says something else than the one before. */
  boolean differs(Look before) {
    return before == null
        || !decided.isEmpty()
        || !log.isEmpty()
        || !observation.values().equals(before.observation.values());
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(Times.local(at.wall()));
    Table table = new Table("TAG", "VALUE", "QUALITY", "AGE", "SOURCE TIME", "NOTE");
    names.forEach(
        (tag, name) -> {
          TagValue value = observation.values().get(tag);
          if (value != null) {
            table.add(
                name,
                value(value),
                quality(value),
                age(observation.age(tag)),
                Times.local(value.sourceTime()),
                value.why());
          }
        });
    table
        .lines(Terminal.width() == Integer.MAX_VALUE ? Integer.MAX_VALUE : Terminal.width() - 2)
        .forEach(line -> lines.add("  " + line));
    if (shows != null) {
      lines.add("  state map  " + meaning());
    }
    log.forEach(line -> lines.add("  would log  " + line));
    for (Wire.Part frame : frames) {
      String bytes = frame.hex() == null ? "" : frame.hex() + "  ";
      lines.add("  %-9s  %s%s".formatted(frame.way(), bytes, frame.words()).stripTrailing());
    }
    return lines;
  }

  private String meaning() {
    if (shows.shown() == null) {
      return "says nothing: " + shows.problem();
    }
    return shows.raw()
        + " is "
        + shows.shown().name().toLowerCase(Locale.ROOT)
        + (shows.problem() == null ? "" : "; " + shows.problem());
  }

  private static String value(TagValue tag) {
    return tag.value() instanceof String text
        ? '"' + text.replaceAll("\\p{Cntrl}", "?") + '"'
        : tag.value() == null ? null : tag.text();
  }

  private static String quality(TagValue value) {
    return value.quality().name().toLowerCase(Locale.ROOT);
  }

  private static String age(Age age) {
    String likely = age.likely().toMillis() + " ms";
    return age.atMost().minus(age.likely()).compareTo(Duration.ofMillis(1)) < 0
        ? likely
        : likely + " to " + age.atMost().toMillis() + " ms";
  }

  /** For programs, on one line. */
  String json() {
    JsonObject json = new JsonObject();
    json.addProperty("at", at.wall().toString());
    json.addProperty("machine", observation.machine());
    JsonObject values = new JsonObject();
    names.forEach(
        (tag, name) -> {
          TagValue value = observation.values().get(tag);
          if (value != null) {
            values.add(name, json(value, observation.age(tag)));
          }
        });
    json.add("values", values);
    if (shows != null) {
      json.addProperty(
          "shows", shows.shown() == null ? null : shows.shown().name().toLowerCase(Locale.ROOT));
      json.addProperty("problem", shows.problem());
    }
    json.add("decided", json(decided));
    JsonArray wire = new JsonArray();
    for (Wire.Part frame : frames) {
      JsonObject part = new JsonObject();
      part.addProperty(frame.way(), frame.hex() == null ? frame.words() : frame.hex());
      wire.add(part);
    }
    json.add("wire", wire);
    return Json.of(json);
  }

  private static JsonObject json(TagValue tag, Age age) {
    JsonObject json = new JsonObject();
    json.add("value", primitive(tag.value()));
    json.addProperty("quality", quality(tag));
    json.addProperty("age_ms", age.likely().toMillis());
    json.addProperty("age_at_most_ms", age.atMost().toMillis());
    json.addProperty("source_time", tag.sourceTime() == null ? null : tag.sourceTime().toString());
    json.addProperty("why", tag.why());
    return json;
  }

  /** A tag's value; null for none. */
  static JsonPrimitive primitive(Object value) {
    if (value == null) {
      return null;
    } else if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      return new JsonPrimitive(number.toString());
    }
    return value instanceof Number number
        ? new JsonPrimitive(number)
        : new JsonPrimitive((String) value);
  }

  /** Transitions, in order. */
  static JsonArray json(List<Transition> decided) {
    JsonArray transitions = new JsonArray();
    decided.forEach(transition -> transitions.add(json(transition)));
    return transitions;
  }

  /** A transition, with the keys that {@code history --json} has. */
  static JsonObject json(Transition transition) {
    JsonObject json = new JsonObject();
    json.addProperty("state_seq", transition.to().seq());
    json.addProperty("event", transition.event());
    json.addProperty("from_status", transition.from().status().word());
    json.addProperty("to_status", transition.to().status().word());
    json.addProperty(
        "process_id", transition.processId() == null ? null : transition.processId().toString());
    json.addProperty("occurred_at", transition.to().since().toString());
    json.add("detail", RowJson.parsed(DetailJson.of(transition)));
    return json;
  }
}
