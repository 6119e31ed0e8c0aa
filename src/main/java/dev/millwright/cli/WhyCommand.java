package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
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

  /** How many transitions are shown. */
  private static final int SHOWN = 5;

  /** How many are looked through for other writers. */
  private static final int LOOKED_THROUGH = 100;

  @Parameters(paramLabel = "MACHINE", description = "The serial number.")
  private String machine;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    return database.ask(spec.commandLine().getErr(), asked -> explain(new MachineStore(asked)));
  }

  private int explain(MachineStore store) throws SQLException, Failure {
    Row row = StatusCommand.find(store, machine);
    List<HistoryRow> last = store.history(row.serialNumber(), LOOKED_THROUGH);
    PrintWriter out = spec.commandLine().getOut();
    Explanation.of(row, last, Instant.now()).forEach(out::println);
    if (!last.isEmpty()) {
      out.println();
      HistoryCommand.table(last.subList(0, Math.min(SHOWN, last.size())))
          .lines(Terminal.width())
          .forEach(out::println);
    }
    return Exit.OK;
  }
}
