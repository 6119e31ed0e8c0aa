package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.daemon.Logging;
import dev.millwright.store.Database;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description =
        "Explains a machine's row: what it claims, since when, who said so and on what"
            + " grounds.",
    footer = {"", "Example: millwright why PRESS-01"})
final class WhyCommand implements Callable<Integer> {

  private static final int LAST = 5;

  @Parameters(paramLabel = "MACHINE", description = "The serial number.")
  private String machine;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    try (Database open = database.open(spec.commandLine().getErr())) {
      MachineStore store = new MachineStore(open.dataSource());
      explain(StatusCommand.find(store, machine), store.history(machine, LAST));
      return Exit.OK;
    }
  }

  private void explain(Row row, List<HistoryRow> last) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(row.serialNumber() + " is " + row.state().status().word() + since(row));
    if (row.state().processId() != null) {
      out.println("  process    " + row.state().processId());
    }
    if (row.state().failure() != null) {
      out.println("  failure    " + StatusView.failure(row.state().failure()));
    }
    out.println("  because    " + because(row));
    out.println("  written    " + local(row.updatedAt()) + ", state_seq " + row.state().seq());
    out.println();
    HistoryCommand.table(last).lines().forEach(out::println);
  }

  private static String since(Row row) {
    Instant since = row.state().since();
    return since == null
        ? ""
        : " since " + local(since) + " (" + StatusView.ago(since, Instant.now()) + ")";
  }

  private static String because(Row row) {
    if (row.lastEvent() == null) {
      return "nothing has been written since the row was created";
    }
    JsonObject detail =
        Json.parsed(row.detail()) instanceof JsonObject object ? object : new JsonObject();
    StringBuilder words = new StringBuilder();
    if (row.lastEvent().equals("external")) {
      words.append("another writer changed the row: ").append(DetailWords.of(row.detail()));
      return words.toString();
    }
    words.append("of event ").append(row.lastEvent());
    if (detail.has("reason")) {
      words.append(": ").append(detail.get("reason").getAsString());
    }
    if (detail.has("recipe")) {
      words.append("; recipe ").append(detail.get("recipe").getAsString());
    }
    if (detail.has("cycle")) {
      words.append("; cycle ").append(detail.get("cycle").getAsString());
    }
    if (detail.has("missed_runs")) {
      words.append("; ").append(detail.get("missed_runs")).append(" runs before it nobody saw");
    }
    if (detail.has("outcome")) {
      words.append("; how the run ended is not known");
    }
    words.append(
        detail.has("inferred")
            ? "; inferred after a gap: it happened between " + window(detail)
            : detail.has("source") && detail.get("source").getAsString().equals("machine")
                ? "; the machine was seen to do it"
                : "");
    return words.toString();
  }

  private static String window(JsonObject detail) {
    JsonObject inferred = detail.getAsJsonObject("inferred");
    String after =
        inferred.has("after") && !inferred.get("after").isJsonNull()
            ? local(Instant.parse(inferred.get("after").getAsString()))
            : "the unknown past";
    return after + " and " + local(Instant.parse(inferred.get("before").getAsString()));
  }

  private static String local(Instant instant) {
    return HistoryCommand.LOCAL.format(instant.atZone(ZoneId.systemDefault()));
  }
}
