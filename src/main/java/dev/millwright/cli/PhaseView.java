package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.consolidation.AppliedPhase;
import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.PhaseStatus;
import dev.millwright.consolidation.TableChange;
import dev.millwright.store.RowJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What {@code migrate status} and {@code migrate verify} show: tables, or a JSON object a line. */
final class PhaseView {

  private static final int WIDTH = 120;

  private PhaseView() {}

  static List<String> table(List<PhaseStatus> statuses) {
    Table table = new Table("PHASE", "STATE", "APPLIED AT", "BY", "TOOK", "VALUES CHANGED");
    for (PhaseStatus status : statuses) {
      AppliedPhase applied = status.applied();
      if (applied == null) {
        table.add(status.phase(), MigrateCommand.word(status.state()), null, null, null, null);
      } else {
        table.add(
            status.phase(),
            MigrateCommand.word(status.state()),
            Times.local(applied.at()),
            applied.by(),
            words(applied.took()),
            applied.changes());
      }
    }
    return table.lines();
  }

  static String words(Duration took) {
    return took == null ? null : String.format("%.1f s", took.toMillis() / 1e3);
  }

  static List<String> json(String plan, List<PhaseStatus> statuses) {
    List<String> lines = new ArrayList<>();
    for (PhaseStatus status : statuses) {
      JsonObject json = new JsonObject();
      json.addProperty("plan", plan);
      json.addProperty("phase", status.phase());
      json.addProperty("state", MigrateCommand.word(status.state()));
      AppliedPhase applied = status.applied();
      json.addProperty("applied_at", applied == null ? null : applied.at().toString());
      json.addProperty("applied_by", applied == null ? null : applied.by());
      json.addProperty(
          "took_ms", applied == null || applied.took() == null ? null : applied.took().toMillis());
      json.addProperty("attempts", applied == null ? null : applied.attempts());
      json.add("options", RowJson.parsed(applied == null ? null : applied.options()));
      json.addProperty("changes", applied == null ? null : applied.changes());
      json.add("tables", tables(applied == null ? List.of() : applied.tables()));
      lines.add(Json.of(json));
    }
    return lines;
  }

  private static JsonArray tables(List<TableChange> tables) {
    JsonArray array = new JsonArray();
    for (TableChange table : tables) {
      JsonObject json = new JsonObject();
      json.addProperty("table", table.table());
      json.addProperty("rows_before", table.before() == null ? null : table.before().rows());
      json.addProperty(
          "checksum_before", table.before() == null ? null : table.before().checksum());
      json.addProperty("rows_after", table.after() == null ? null : table.after().rows());
      json.addProperty("checksum_after", table.after() == null ? null : table.after().checksum());
      array.add(json);
    }
    return array;
  }

  static List<String> differences(String plan, List<Difference> differences) {
    if (differences.isEmpty()) {
      return List.of("the database is as plan " + plan + " makes it");
    }
    Table table = new Table("SUBJECT", "EXPECTED", "ACTUAL");
    differences.forEach(d -> table.add(d.subject(), d.expected(), d.actual()));
    List<String> lines = new ArrayList<>(table.lines(WIDTH));
    int number = differences.size();
    lines.add(number + (number == 1 ? " difference" : " differences") + " from plan " + plan);
    return lines;
  }

  static List<String> differencesAsJson(String plan, List<Difference> differences) {
    List<String> lines = new ArrayList<>();
    for (Difference difference : differences) {
      JsonObject json = new JsonObject();
      json.addProperty("plan", plan);
      json.addProperty("subject", difference.subject());
      json.addProperty("expected", difference.expected());
      json.addProperty("actual", difference.actual());
      lines.add(Json.of(json));
    }
    return lines;
  }
}
