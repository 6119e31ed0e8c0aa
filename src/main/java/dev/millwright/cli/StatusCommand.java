package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.time.Instant;
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

  @Mixin private DatabaseOption database;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    var out = spec.commandLine().getOut();
    try (Database open = database.open(spec.commandLine().getErr())) {
      Rows rows = new MachineStore(open.dataSource()).all();
      if (json) {
        StatusView.sorted(rows).forEach(row -> out.println(Json.of(row)));
      } else {
        StatusView.table(rows, Instant.now()).lines().forEach(out::println);
      }
      rows.unreadable()
          .forEach(
              (serial, why) ->
                  spec.commandLine().getErr().println("unreadable: " + serial + ": " + why));
      return Exit.OK;
    }
  }

  /** Finds one machine's row, or says which are near. */
  static Row find(MachineStore store, String serialNumber) throws Exception {
    Rows rows = store.load(java.util.Set.of(serialNumber));
    Row row = rows.readable().get(serialNumber);
    if (row != null) {
      return row;
    }
    String why = rows.unreadable().get(serialNumber);
    throw new Failure(
        Exit.NO_INPUT,
        why == null
            ? "no machine has serial_number \""
                + serialNumber
                + "\""
                + dev.millwright.settings.Similar.hint(serialNumber, store.serials())
            : serialNumber + ": " + why);
  }
}
