package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.millwright.daemon.Logging;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Explains a machine's state: what its row claims, who said so and on what grounds, what the"
          + " machine shows at this moment, and what became of it in the database.",
      "The daemon on this host is asked, and the database. With --database: that alone."
    },
    footer = {"", "Example: millwright why PRESS-01"})
final class WhyCommand implements Callable<Integer> {

  /** How many transitions are shown. */
  private static final int SHOWN = 5;

  /** How many are looked through for other writers. */
  private static final int LOOKED_THROUGH = 100;

  @Parameters(paramLabel = "MACHINE", description = "The serial number.")
  private String machine;

  @Option(names = "--json", description = "The same as one JSON object on a line, for programs.")
  private boolean json;

  @Mixin private DatabaseOption database;
  @Mixin private DaemonOption daemon;
  @Spec private CommandSpec spec;

  /** As the database has it; null where it does not answer. */
  private Row row;

  private final List<HistoryRow> last = new ArrayList<>();

  /** Why the daemon, and the database, did not answer; null when they did. */
  private String silentDaemon;

  private Failure silentDatabase;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    JsonObject report = database.named() == null ? askDaemon() : null;
    askDatabase();
    PrintWriter out = spec.commandLine().getOut();
    if (report == null && silentDatabase != null) {
      throw nobody();
    }
    if (json) {
      out.println(Json.of(json(report)));
      return Exit.OK;
    }
    if (report != null) {
      explain(report);
    } else {
      Explanation.of(row, last, Instant.now()).forEach(out::println);
    }
    if (silentDaemon != null) {
      out.println();
      out.println("What the machine shows now is not known: " + silentDaemon);
      journal().lines().forEach(out::println);
    }
    if (!last.isEmpty()) {
      out.println();
      out.println("Last transitions");
      indented(HistoryCommand.table(shown()));
    }
    return Exit.OK;
  }

  private JsonObject askDaemon() throws Failure {
    try {
      return daemon.status(daemon.socket(database.config(), spec.commandLine().getErr()), machine);
    } catch (Failure e) {
      silentDaemon = e.getMessage();
      return null;
    }
  }

  private void askDatabase() throws Exception {
    try {
      int unused =
          database.ask(
              spec.commandLine().getErr(),
              asked -> {
                MachineStore store = new MachineStore(asked);
                row = FindRow.find(store, machine);
                last.addAll(store.history(row.serialNumber(), LOOKED_THROUGH));
                return Exit.OK;
              });
    } catch (Failure e) {
      silentDatabase = e;
    }
  }

  private Failure nobody() {
    List<String> lines = new ArrayList<>(List.of(silentDatabase.getMessage()));
    if (silentDaemon != null) {
      lines.add("Nor is there a daemon: " + silentDaemon);
      lines.addAll(journal().lines());
    }
    return new Failure(silentDatabase.exitCode(), String.join("\n", lines));
  }

  /** All that the words are made of. */
  private JsonObject json(JsonObject report) {
    MachineLine line = report == null ? MachineLine.of(row) : told(report);
    JsonObject all =
        line.json(report == null ? null : new DetailView(report.getAsJsonObject("daemon")));
    all.addProperty("at", report == null ? Instant.now().toString() : at(report));
    all.addProperty("daemon_trouble", silentDaemon);
    all.addProperty(
        "database_trouble", silentDatabase == null ? null : silentDatabase.getMessage());
    all.add("in_journal", silentDaemon == null ? JsonNull.INSTANCE : journal().json());
    all.add("other_writers", OtherWriters.json(last));
    all.addProperty("voided", Explanation.voided(last));
    JsonArray transitions = new JsonArray();
    shown().forEach(transition -> transitions.add(Json.object(transition)));
    all.add("transitions", transitions);
    return all;
  }

  private static String at(JsonObject report) {
    return report.get("at").getAsString();
  }

  private static MachineLine told(JsonObject report) {
    return MachineLine.told(report.getAsJsonArray("machines").get(0).getAsJsonObject());
  }

  private List<HistoryRow> shown() {
    return last.subList(0, Math.min(SHOWN, last.size()));
  }

  private void explain(JsonObject report) {
    PrintWriter out = spec.commandLine().getOut();
    Instant now = Instant.now();
    MachineLine line = told(report);
    if (line.row() == null) {
      out.println(machine + " has no row yet, as far as the daemon has seen");
    } else {
      Explanation.of(line.row(), last, now).forEach(out::println);
    }
    out.println();
    LiveView live = new LiveView(line, new DetailView(report.getAsJsonObject("daemon")), now);
    live.lines().forEach(out::println);
    if (silentDatabase != null) {
      out.println("  Asked from here: " + silentDatabase.getMessage());
    }
    part("Last values", live.values());
    part("Last on the line (shared by all machines on it)", live.frames());
  }

  private void part(String title, Table table) {
    if (table != null) {
      spec.commandLine().getOut().println();
      spec.commandLine().getOut().println(title);
      indented(table);
    }
  }

  private void indented(Table table) {
    int width = Terminal.width();
    table
        .lines(width == Integer.MAX_VALUE ? width : width - 2)
        .forEach(line -> spec.commandLine().getOut().println("  " + line));
  }

  private LeftInJournal journal() {
    return LeftInJournal.of(machine, database.config(), spec.commandLine().getErr());
  }
}
