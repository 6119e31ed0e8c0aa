package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.settings.Similar;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows every machine's row.",
    footer = {"", "Example: millwright status --database jdbc:postgresql://localhost/plant"})
final class StatusCommand implements Callable<Integer> {

  private static final int FEW = 10;

  @Mixin private DatabaseOption database;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    return database.ask(spec.commandLine().getErr(), asked -> show(new MachineStore(asked).all()));
  }

  private int show(Rows rows) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      StatusView.sorted(rows).forEach(row -> out.println(Json.of(row)));
    } else {
      StatusView.table(rows, Instant.now()).lines().forEach(out::println);
    }
    PrintWriter err = spec.commandLine().getErr();
    rows.unreadable().forEach((serial, why) -> err.println("unreadable: " + serial + ": " + why));
    if (rows.readable().isEmpty() && rows.unreadable().isEmpty()) {
      err.println(
          "table machines has no row yet; insert one for each machine, or set register = true in"
              + " the machines' files");
    }
    return Exit.OK;
  }

  /** Finds one machine's row, or says which are near. */
  static Row find(MachineStore store, String serialNumber) throws SQLException, Failure {
    Rows rows = store.load(Set.of(serialNumber));
    Row row = rows.readable().get(serialNumber);
    if (row != null) {
      return row;
    }
    String why = rows.unreadable().get(serialNumber);
    throw new Failure(
        Exit.NO_INPUT,
        why == null
            ? "table machines has no row with serial_number \""
                + serialNumber
                + "\""
                + known(serialNumber, store.serials())
            : serialNumber + ": its row cannot be used: " + why + ". Correct the row");
  }

  /** The nearest one, or all where they are few. */
  private static String known(String serialNumber, List<String> serials) {
    String hint = Similar.hint(serialNumber, serials);
    if (!hint.isEmpty() || serials.isEmpty()) {
      return serials.isEmpty() ? "; it has none at all" : hint;
    }
    int more = serials.size() - FEW;
    return "; there "
        + (serials.size() == 1 ? "is " : "are ")
        + String.join(", ", serials.subList(0, Math.min(FEW, serials.size())))
        + (more > 0 ? " and " + more + " more (millwright status lists them)" : "");
  }
}
