package dev.millwright.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.millwright.device.Observation;
import dev.millwright.device.RecentFrames.Frame;
import dev.millwright.device.TagValue;
import dev.millwright.journal.Backlog;
import dev.millwright.runtime.Glimpse;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Remark;
import dev.millwright.runtime.Settled;
import dev.millwright.store.RowJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What a daemon tells of one machine: a JSON object with the columns of its row, and with what only
 * the daemon knows. Its keys are in operations.md.
 */
final class MachineReport {

  /** Longest value that is told, in characters. */
  private static final int LONGEST = 200;

  private MachineReport() {}

  /** What a table of all machines shows. */
  static JsonObject of(MachineSnapshot machine) {
    JsonObject json = new JsonObject();
    if (machine.row() == null) {
      json.addProperty("serial_number", machine.machine());
    } else {
      json = RowJson.of(machine.row());
    }
    json.add("link", link(machine.link()));
    json.addProperty("data_age_ms", millis(machine.age()));
    json.addProperty("problem", machine.glimpse().problem());
    Backlog backlog = machine.backlog();
    json.addProperty("pending", backlog == null ? null : backlog.waiting());
    json.addProperty("pending_since", backlog == null ? null : text(backlog.oldest()));
    json.addProperty("quarantined", backlog == null ? null : backlog.quarantined());
    return json;
  }

  /**
   * The same with all that explains one machine.
   *
   * @param frames the last that went over its link
   */
  static JsonObject of(MachineSnapshot machine, List<Frame> frames) {
    JsonObject json = of(machine);
    Glimpse glimpse = machine.glimpse();
    json.addProperty("observed_at", glimpse.at() == null ? null : text(glimpse.at().wall()));
    json.addProperty("shown", cut(glimpse.raw()));
    json.addProperty("conclusion", word(glimpse.conclusion()));
    json.addProperty("conclusion_words", glimpse.conclusion().words());
    json.add("refused", refused(machine.refused()));
    json.add("delivery", delivery(machine.settled()));
    json.add("values", values(glimpse.observation()));
    JsonArray wire = new JsonArray();
    frames.forEach(frame -> wire.add(frame(frame)));
    json.add("frames", wire);
    return json;
  }

  private static JsonObject link(LinkSnapshot link) {
    JsonObject json = new JsonObject();
    json.addProperty("name", link.name());
    json.addProperty("open", link.open());
    json.addProperty("since", text(link.since()));
    json.addProperty("trouble", link.trouble());
    return json;
  }

  private static JsonElement refused(Remark remark) {
    if (remark == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("at", text(remark.at()));
    json.addProperty("words", remark.words());
    return json;
  }

  private static JsonElement delivery(Settled settled) {
    if (settled == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("at", text(settled.at()));
    json.addProperty("outcome", word(settled.how()));
    json.addProperty("words", settled.words());
    return json;
  }

  private static JsonArray values(Observation observation) {
    JsonArray values = new JsonArray();
    if (observation != null) {
      new TreeMap<>(observation.values())
          .forEach((tag, value) -> values.add(value(tag, value, observation)));
    }
    return values;
  }

  private static JsonObject value(String tag, TagValue value, Observation observation) {
    JsonObject json = new JsonObject();
    json.addProperty("tag", tag);
    json.addProperty("value", cut(value.text()));
    json.addProperty("quality", word(value.quality()));
    json.addProperty("why", value.why());
    json.addProperty("source_time", text(value.sourceTime()));
    json.addProperty("age_at_most_ms", millis(observation.age(tag).atMost()));
    return json;
  }

  private static JsonObject frame(Frame frame) {
    JsonObject json = new JsonObject();
    json.addProperty("at", text(frame.at()));
    json.addProperty("way", frame.way());
    json.addProperty("length", frame.words() == null ? frame.length() : null);
    json.addProperty("hex", frame.hex());
    json.addProperty("words", frame.words());
    return json;
  }

  private static String cut(String text) {
    return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Long millis(Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
