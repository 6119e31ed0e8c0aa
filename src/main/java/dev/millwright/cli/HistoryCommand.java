package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Shows a machine's last transitions, the newest first.",
    footer = {"", "Example: millwright history PRESS-01 --last 50"})
final class HistoryCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MACHINE", description = "The serial number.")
  private String machine;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many, 1 to 10000. Default: ${DEFAULT-VALUE}")
  private int last;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    if (last < 1 || last > 10_000) {
      throw new Failure(Exit.USAGE, "--last: " + last + " is not between 1 and 10000");
    }
    return database.ask(spec.commandLine().getErr(), asked -> show(new MachineStore(asked)));
  }

  private int show(MachineStore store) throws SQLException, Failure {
    FindRow.find(store, machine);
    List<HistoryRow> rows = store.history(machine, last);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      rows.forEach(row -> out.println(Json.of(row)));
    } else {
      table(rows).lines(Terminal.width()).forEach(out::println);
    }
    return Exit.OK;
  }

  static Table table(List<HistoryRow> rows) {
    Table table = new Table("SEQ", "OCCURRED", "EVENT", "FROM", "TO", "PROCESS", "DETAIL");
    for (HistoryRow row : rows) {
      table.add(
          row.seq(),
          Times.local(row.occurredAt()),
          row.event(),
          row.from(),
          row.to(),
          row.processId() == null ? null : "…" + row.processId().toString().substring(24),
          DetailView.of(row.detailJson()).line());
    }
    return table;
  }
}
