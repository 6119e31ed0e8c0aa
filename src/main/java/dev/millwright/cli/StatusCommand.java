package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.runtime.LogLine;
import dev.millwright.store.MachineStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows every machine: what it does, since when, how far a run is, and how its link fares.",
      "The daemon on this host is asked; where none answers, and with --database, the database.",
      "The end is 69 when neither answers."
    },
    footer = {"", "Example: millwright status --watch 'PRESS-*'"})
final class StatusCommand implements Callable<Integer> {

  /** A look takes no longer than the time-outs of both; the terminal is given back after it. */
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(9);

  @Parameters(
      paramLabel = "MACHINE",
      arity = "0..*",
      description = "Only these serial numbers; * stands for anything, ? for one character.")
  private List<String> patterns;

  @Mixin private DatabaseOption database;
  @Mixin private DaemonOption daemon;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(names = "--watch", description = "Again each second, until it is interrupted.")
  private boolean watch;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "never, auto or always. Default: ${DEFAULT-VALUE}: where there is a terminal and"
              + " NO_COLOR is not set.")
  private Paint.When color;

  @Spec private CommandSpec spec;

  /** Null where the database is to be asked, and nobody else. */
  private Path socket;

  /** Why the daemon did not answer; null when it did, or was not asked. */
  private String silent;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    PrintWriter err = spec.commandLine().getErr();
    socket = database.named() != null ? null : daemon.socket(database.config(), err);
    Told told = look();
    return watch ? watch(told) : show(told);
  }

  /**
   * @throws Failure when nobody answers
   */
  private Told look() throws Exception {
    silent = null;
    if (socket != null) {
      try {
        return Told.by(daemon.status(socket, null)).only(patterns);
      } catch (Failure e) {
        if (e.exitCode() == Exit.NO_INPUT) {
          throw e;
        }
        silent = e.getMessage();
      }
    }
    AtomicReference<Told> told = new AtomicReference<>();
    try {
      int unused =
          database.ask(
              spec.commandLine().getErr(),
              asked -> {
                told.set(Told.by(new MachineStore(asked).all()));
                return Exit.OK;
              });
    } catch (Failure e) {
      throw new Failure(
          e.exitCode(),
          e.getMessage() + (silent == null ? "" : "\nNor is there a daemon: " + silent));
    }
    return told.get().only(patterns);
  }

  /** The first look may fail as any other command; after it whoever is away is waited for. */
  private int watch(Told first) throws Exception {
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
        Told told = first;
        List<String> trouble = List.of();
        do {
          if (screen == null) {
            show(told);
            spec.commandLine().getOut().flush();
          } else {
            page(screen, told, trouble);
          }
          try {
            told = look();
            trouble = List.of();
          } catch (Failure | SQLException e) {
            trouble = trouble(trouble, e);
          }
        } while (!stop.await(1, TimeUnit.SECONDS) && !spec.commandLine().getOut().checkError());
      }
      stopped.countDown();
    }
    return Exit.OK;
  }

  /** With the moment at which it began. */
  private List<String> trouble(List<String> before, Exception e) {
    if (!before.isEmpty()) {
      return before;
    }
    List<String> words = new ArrayList<>();
    words.add("nobody answers, since " + Times.localSeconds(Instant.now()) + " at the latest;");
    words.add("this is what was told last. Why:");
    LogLine.cause(e).lines().forEach(words::add);
    if (!Terminal.isStandardOutput()) {
      words.forEach(spec.commandLine().getErr()::println);
    }
    return words;
  }

  private void page(DemoScreen screen, Told told, List<String> trouble) {
    List<String> below = new ArrayList<>(DaemonView.lines(told.daemon(), silent, Instant.now()));
    below.addAll(trouble);
    screen.show(columns -> table(told, columns), below);
  }

  private List<String> table(Told told, int columns) {
    return StatusView.table(told.machines(), Instant.now()).lines(columns, color.holds());
  }

  private int show(Told told) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<String> source = DaemonView.lines(told.daemon(), silent, Instant.now());
    if (json) {
      told.machines().forEach(machine -> out.println(Json.of(machine.json(told.daemon()))));
      source.stream().filter(line -> told.daemon() == null).forEach(err::println);
    } else {
      table(told, Terminal.width()).forEach(out::println);
      (told.daemon() == null ? List.<String>of() : List.of("")).forEach(out::println);
      int width = Terminal.width();
      source.stream()
          .map(line -> Paint.cut(line, width))
          .forEach(told.daemon() == null ? err::println : out::println);
    }
    told.unreadable().forEach((serial, why) -> err.println("unreadable: " + serial + ": " + why));
    if (told.machines().isEmpty() && told.unreadable().isEmpty()) {
      err.println(
          told.daemon() != null
              ? "the daemon has no machine: give each a file in machines/"
              : "table machines has no row yet; insert one for each machine, or set register ="
                  + " true in the machines' files");
    }
    return Exit.OK;
  }
}
