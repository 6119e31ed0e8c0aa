package dev.millwright.daemon;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.config.Configuration;
import dev.millwright.control.Reporter;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import dev.millwright.store.DatabaseSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What a daemon tells of itself and of its machines. Its keys are in operations.md. */
final class DaemonReport implements Reporter {

  private final String url;
  private final String journal;
  private final Engine engine;
  private final Supplier<Journal.Room> room;
  private final Instant upSince;

  /**
   * @param room of the journal; null where it cannot be asked
   */
  DaemonReport(
      Configuration configuration,
      Engine engine,
      Supplier<Journal.Room> room,
      InstantSource clock) {
    this.url = configuration.section(DatabaseSettings.class).shownUrl();
    this.journal = configuration.section(JournalSettings.class).path().toString();
    this.engine = engine;
    this.room = room;
    this.upSince = clock.instant();
  }

  @Override
  public JsonObject report(String machine) {
    Overview overview = engine.overview();
    JsonObject report = new JsonObject();
    report.addProperty("at", overview.at().toString());
    report.add("daemon", daemon(overview));
    JsonArray machines = new JsonArray();
    for (MachineSnapshot each : overview.machines()) {
      if (machine == null) {
        machines.add(MachineReport.of(each));
      } else if (machine.equals(each.machine())) {
        machines.add(MachineReport.of(each, engine.frames(machine)));
      }
    }
    report.add("machines", machines);
    return report;
  }

  private JsonObject daemon(Overview overview) {
    JsonObject json = new JsonObject();
    json.addProperty("version", Build.version());
    json.addProperty("pid", ProcessHandle.current().pid());
    json.addProperty("up_since", upSince.toString());
    DatabaseSnapshot database = overview.database();
    json.addProperty("database", url);
    json.addProperty("database_answers", database.answers());
    json.addProperty("database_since", database.since().toString());
    json.addProperty("database_trouble", database.trouble());
    json.addProperty("journal", journal);
    json.addProperty("journal_trouble", overview.journalTrouble());
    Journal.Room now = room.get();
    json.addProperty("journal_used_bytes", now == null ? null : now.usedBytes());
    json.addProperty("journal_limit_bytes", now == null ? null : now.limitBytes());
    return json;
  }
}
