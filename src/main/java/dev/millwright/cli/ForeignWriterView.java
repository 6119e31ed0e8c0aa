package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.consolidation.ForeignWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What {@code migrate status} shows of those who still write machines the old way. */
final class ForeignWriterView {

  private ForeignWriterView() {}

  static List<String> table(List<ForeignWriter> writers, Instant now) {
    Table table = new Table("WRITES", "HOW", "USER", "APPLICATION", "FROM", "FIRST", "LAST", "AGO");
    for (ForeignWriter writer : writers) {
      table.add(
          writer.writes(),
          writer.kind(),
          user(writer),
          writer.application(),
          writer.address(),
          Times.localSeconds(writer.firstAt()),
          Times.localSeconds(writer.lastAt()),
          Times.ago(writer.lastAt(), now));
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        writers.isEmpty()
            ? "nobody but Millwright has written the state of machines since it is counted"
            : "written by others than Millwright, last "
                + (Times.ago(writers.get(0).lastAt(), now) + " ago:"));
    if (!writers.isEmpty()) {
      lines.addAll(table.lines());
    }
    if (writers.size() == ForeignWriter.MOST) {
      lines.add("older ones: SELECT * FROM millwright_foreign_writers");
    }
    return lines;
  }

  static List<String> json(List<ForeignWriter> writers) {
    List<String> lines = new ArrayList<>();
    for (ForeignWriter writer : writers) {
      JsonObject json = new JsonObject();
      json.addProperty("foreign_writer", user(writer));
      json.addProperty("application", writer.application());
      json.addProperty("address", writer.address());
      json.addProperty("kind", writer.kind());
      json.addProperty("writes", writer.writes());
      json.addProperty("first_at", writer.firstAt().toString());
      json.addProperty("last_at", writer.lastAt().toString());
      lines.add(Json.of(json));
    }
    return lines;
  }

  private static String user(ForeignWriter writer) {
    return writer.role().equals(writer.user())
        ? writer.user()
        : writer.user() + " as " + writer.role();
  }
}
