package dev.millwright.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Order;
import dev.millwright.machine.Pulses;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Column {@code last_detail}: what is known of a transition besides the state. */
public final class DetailJson {

  /** ISO 8601 in UTC; always with microseconds, so that it sorts as text. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private DetailJson() {}

  /** A JSON object; what is not known is left out. */
  public static String of(Transition transition) {
    Detail detail = transition.detail();
    JsonObject json = new JsonObject();
    add(json, "source", detail.source());
    add(json, "recipe", detail.recipe());
    add(json, "batch", detail.batch());
    Order order = detail.order();
    boolean asked = detail.reason() == null && order != null;
    add(json, "reason", asked ? order.reason() : detail.reason());
    if (detail.cycle() != null) {
      json.addProperty("cycle", detail.cycle());
    }
    if (detail.missedRuns() > 0) {
      json.addProperty("missed_runs", detail.missedRuns());
    }
    if (detail.inferred() != null) {
      json.add("inferred", window(detail.inferred()));
    }
    if (detail.outcomeUnknown()) {
      json.addProperty("outcome", "unknown");
    }
    if (detail.sameRun()) {
      json.addProperty("same_run", true);
    }
    if (detail.voided() > 0) {
      json.addProperty("voided", detail.voided());
    }
    if (order != null) {
      add(json, order);
    }
    if (transition.to().failure() != null) {
      // The name as the machine gave it, also where machine_components does not know it.
      add(json, "component", transition.to().failure().component());
    }
    return json.toString();
  }

  private static void add(JsonObject json, Order order) {
    add(json, "operator", order.operator());
    add(json, "command", order.command().toString());
    add(json, "recipe_hash", order.recipeHash());
    if (order.pulses() != null) {
      json.add("pulses", of(order.pulses()));
    }
  }

  static JsonObject of(Pulses pulses) {
    JsonObject json = new JsonObject();
    json.addProperty("count", pulses.count());
    json.addProperty("worst_us", pulses.worst().toNanos() / 1_000);
    json.addProperty("p999_us", pulses.p999().toNanos() / 1_000);
    return json;
  }

  /** Whether a transition with this column is that of a writer other than Millwright. */
  static boolean isByAnotherWriter(String event, String column) {
    return Row.EXTERNAL.equals(event) || Row.FUNCTION.equals(source(column));
  }

  private static String source(String column) {
    return column != null
            && JsonParser.parseString(column) instanceof JsonObject json
            && json.get("source") instanceof JsonPrimitive source
        ? source.getAsString()
        : null;
  }

  private static JsonObject window(Window window) {
    JsonObject json = new JsonObject();
    add(json, "after", text(window.after()));
    add(json, "before", text(window.before()));
    return json;
  }

  private static void add(JsonObject json, String key, String value) {
    if (value != null) {
      json.addProperty(key, value);
    }
  }

  private static String text(Instant time) {
    return time == null ? null : TIME.format(time);
  }
}
