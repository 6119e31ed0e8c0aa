package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.runtime.LogLine;
import dev.millwright.settings.Similar;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows every machine's row, and how far a run is that is stepped.",
    footer = {"", "Example: millwright status --watch"})
final class StatusCommand implements Callable<Integer> {

  private static final int FEW = 10;

  /** A look takes no longer than the database's time-outs; the terminal is given back after it. */
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(5);

  @Mixin private DatabaseOption database;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(names = "--watch", description = "Again each second, until it is interrupted.")
  private boolean watch;

  @Spec private CommandSpec spec;

  /** Why the last look failed; empty when it did not. */
  private List<String> trouble = List.of();

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    return database.ask(
        spec.commandLine().getErr(),
        asked -> {
          MachineStore store = new MachineStore(asked);
          return watch ? watch(store) : show(store.all());
        });
  }

  /**
   * The first look may fail as any other command; after it a database that is away is waited for.
   */
  private int watch(MachineStore store) throws SQLException, InterruptedException {
    Rows rows = store.all();
    boolean page = !json && Terminal.isStandardOutput();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try (StopOnRequest unused =
        StopOnRequest.install(
            LEAVE_LIMIT,
            () -> {
              stop.countDown();
              stopped.await();
            })) {
      try (DemoScreen screen = page ? new DemoScreen(spec.commandLine().getOut()) : null) {
        do {
          if (screen == null) {
            show(rows);
            spec.commandLine().getOut().flush();
          } else {
            screen.show(StatusView.table(rows, Instant.now()).lines(), trouble);
          }
          rows = next(store, rows);
        } while (!stop.await(1, TimeUnit.SECONDS) && !spec.commandLine().getOut().checkError());
      }
      stopped.countDown();
    }
    return Exit.OK;
  }

  /** What was seen last, and why there is nothing newer, while the database is away. */
  private Rows next(MachineStore store, Rows last) {
    try {
      Rows rows = store.all();
      trouble = List.of();
      return rows;
    } catch (SQLException e) {
      String words =
          "the database is away, since " + Times.localSeconds(Instant.now()) + " at the latest: ";
      if (trouble.isEmpty()) {
        trouble = List.of(words + LogLine.cause(e) + "; this is what it said last");
        if (!Terminal.isStandardOutput()) {
          spec.commandLine().getErr().println(trouble.get(0));
        }
      }
      return last;
    }
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
