package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.PlantLoader;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.control.ControlSettings;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.ServiceManager;
import dev.millwright.daemon.Wirings;
import dev.millwright.journal.JournalSettings;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import dev.millwright.pki.PkiSettings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.status.StatusSettings;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Shows the whole of it: a virtual plant in a process of its own, a PostgreSQL, and"
            + " the daemon between them with the configuration in conf/. Needs nothing but Java."
            + " On a terminal it shows the rows of table machines as they change, elsewhere one line per"
            + " transition. Stop it with Ctrl-C.",
    footer = {"", "Example: millwright demo --for 60s --json"})
final class DemoCommand implements Callable<Integer> {

  /** How long the daemon may need to write what the plant did last. */
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(15);

  /** For the end that Ctrl-C asks for: catching up, the daemon, the server, the folder. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private static final Duration WARM_UP = Duration.ofSeconds(4);

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End by itself after so long, such as 60s.")
  private Duration runFor;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "A PostgreSQL to use instead of the embedded one; it gets the schema. The"
              + " password comes from "
              + DatabaseOption.PASSWORD_VARIABLE
              + ".")
  private String url;

  @Option(
      names = "--json",
      description =
          "Close with a summary as one JSON object on standard output; everything else goes"
              + " to standard error.")
  private boolean json;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "How many times as fast as described the plant works, 0.1 to 100.")
  private Double speed;

  @Spec private CommandSpec spec;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean live;
  private List<String> byHand = List.of();

  @Override
  public Integer call() throws Exception {
    Limits.time("--for", runFor);
    Limits.speed(speed);
    DatabaseSettings named = url == null ? null : DatabaseOption.of(url);
    live = !json && Terminal.isStandardOutput();
    try (StopOnRequest onRequest = StopOnRequest.install(STOP_LIMIT, this::stopAndWait)) {
      return run(named, onRequest);
    }
  }

  private int run(DatabaseSettings named, StopOnRequest onRequest) throws Exception {
    try (DemoFolder folder = DemoFolder.create()) {
      startLogging(folder);
      int code = run(folder, named);
      onRequest.exitCode(code);
      return code;
    } finally {
      stopped.countDown();
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** Ctrl-C: lets the demo end in order. */
  private void stopAndWait() throws InterruptedException {
    stop.countDown();
    stopped.await();
  }

  private void startLogging(DemoFolder folder) {
    Path file = live ? folder.log() : null;
    Logging.start(
        new LogSettings(file, LogSettings.Level.INFO, DataSize.ofMebibytes(10), 2),
        live ? Logging.Console.NONE : json ? Logging.Console.ERR : Logging.Console.OUT);
  }

  private int run(DemoFolder folder, DatabaseSettings named) throws Exception {
    PrintWriter chat = live ? spec.commandLine().getOut() : spec.commandLine().getErr();
    Path conf = Path.of(System.getProperty("millwright.home", ".")).resolve("conf");
    Path main = conf.resolve("millwright.toml");
    ConfigLoader files = new ConfigLoader(Wirings.registry());
    Configuration base = files.load(main, System.getenv());
    chat.println(
        "starting " + (named == null ? "an embedded PostgreSQL" : named.shownUrl()) + " …");
    try (DemoDatabase database =
        named == null ? DemoDatabase.embedded(folder.database()) : DemoDatabase.named(named)) {
      UnaryOperator<Configuration> own =
          read ->
              read.with(DatabaseSettings.class, database.settings())
                  .with(JournalSettings.class, folder.journal())
                  .with(ControlSettings.class, folder.control())
                  // Beside that journal: the demo leaves nothing behind.
                  .with(PkiSettings.class, new PkiSettings(null))
                  .with(StatusSettings.class, new StatusSettings("127.0.0.1:0", null, List.of()));
      Configuration configuration = own.apply(base);
      Daemon.Source again = () -> own.apply(files.load(main, System.getenv()));
      introduce(configuration, conf, folder);
      return DatabaseOption.ask(
          database.settings(),
          asked -> {
            if (isStopping()) {
              return Exit.OK;
            }
            new PlanRunner(asked).apply(Plan.load("schema"), null);
            chat.println("starting the virtual plant …");
            byHand = byHand(database, folder, configuration, conf);
            byHand.forEach(chat::println);
            return run(configuration, again, plantArguments(conf, folder), folder, asked);
          });
    }
  }

  private int run(
      Configuration configuration,
      Daemon.Source again,
      List<String> plantArguments,
      DemoFolder folder,
      DataSource asked)
      throws Exception {
    MachineStore store = new MachineStore(asked);
    List<String> stepped =
        RecipeFits.stepped(configuration.machines()).stream()
            .map(MachineSettings::serialNumber)
            .toList();
    Map<String, Long> since = numbers(store);
    DemoSummary.Counted before = DemoSummary.Counted.now(asked);
    Instant start = Instant.now();
    try (DemoPlant plant = DemoPlant.start(plantArguments)) {
      if (isStopping()) {
        return Exit.OK;
      }
      Daemon daemon =
          Daemon.start(
              configuration, again, folder.truth(), TimeSource.system(), ServiceManager.NONE);
      try (daemon) {
        spec.commandLine().getErr().println("status page: " + daemon.statusPage());
        try (DemoOperator operator = DemoOperator.start(configuration, asked)) {
          watch(store, plant, folder);
        }
        plant.hold();
        catchUp(folder, store, since);
      }
      // The daemon has left its machines offline, and its sessions have ended: all is counted.
      Agreement agreement = Agreement.of(folder.truth(), store, since);
      DemoRuns runs = DemoRuns.of(asked, stepped, start);
      DemoSummary.Shown shown = new DemoSummary.Shown(agreement, runs, daemon.progressUpdates());
      JsonObject summary = DemoSummary.of(shown, asked, before, start);
      PrintWriter out = spec.commandLine().getOut();
      out.print(json ? Json.of(summary) + "\n" : "\n" + DemoSummary.words(summary));
      out.flush();
      return shown.differences().isEmpty() ? Exit.OK : Exit.DIFFERENT;
    }
  }

  private static Map<String, Long> numbers(MachineStore store) throws SQLException {
    return store.all().readable().values().stream()
        .collect(Collectors.toMap(Row::serialNumber, row -> row.state().seq()));
  }

  /** Lets the two sides trust each other, which in a plant is a person's decision. */
  private static void introduce(Configuration configuration, Path conf, DemoFolder folder)
      throws ConfigException, PkiException {
    Pki daemon = Wirings.pki(configuration, InstantSource.system());
    Pki plant =
        PlantLoader.load(conf.resolve("plant")).withPki(folder.plantPki()).opcua().certificates();
    daemon.trust(plant.own().certificate());
    plant.trust(daemon.own().certificate());
  }

  private List<String> plantArguments(Path conf, DemoFolder folder) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--plant", conf.resolve("plant").toString()));
    arguments.addAll(List.of("--truth", folder.truth().toString()));
    arguments.addAll(List.of("--pki", folder.plantPki().toString()));
    arguments.addAll(List.of("--warm-up", WARM_UP.toSeconds() + "s"));
    if (speed != null) {
      arguments.addAll(List.of("--speed", speed.toString()));
    }
    return arguments;
  }

  /** Until the time is over or somebody stops it. */
  private void watch(MachineStore store, DemoPlant plant, DemoFolder folder)
      throws InterruptedException, Failure {
    Instant end = runFor == null ? Instant.MAX : Instant.now().plus(runFor);
    try (DemoScreen screen = live ? new DemoScreen(spec.commandLine().getOut()) : null) {
      boolean going = !isStopping();
      while (going && Instant.now().isBefore(end)) {
        if (!plant.isAlive()) {
          throw new Failure(Exit.UNAVAILABLE, "the virtual plant has ended by itself");
        }
        if (screen != null) {
          screen.show(columns -> page(store, columns), folder.log());
        }
        going = !stop.await(500, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** What a person may try meanwhile. */
  private static List<String> byHand(
      DemoDatabase database, DemoFolder folder, Configuration configuration, Path conf)
      throws IOException {
    String machine =
        RecipeFits.stepped(configuration.machines()).stream()
            .map(MachineSettings::serialNumber)
            .findFirst()
            .orElse("MACHINE");
    return List.of(
        "By hand:  " + database.psql(),
        "          millwright start " + machine + " --recipe NAME   (or status, why, stop, …)",
        "                     --config " + folder.configuration(database.settings(), conf));
  }

  private List<String> page(MachineStore store, int columns) {
    List<String> page = new ArrayList<>();
    page.add("Millwright demo: table machines and, below, the log. Ctrl-C ends it.");
    page.addAll(byHand);
    page.add("");
    try {
      page.addAll(StatusView.lines(store.all(), Instant.now(), columns));
    } catch (SQLException e) {
      // A database that is away is part of the show: the daemon goes on without it.
      page.add("the rows cannot be read now: " + DatabaseWords.words(e));
    }
    return page;
  }

  /** Waits until the database has what the plant did last. */
  private static void catchUp(DemoFolder folder, MachineStore store, Map<String, Long> since)
      throws InterruptedException, SQLException, IOException {
    Instant limit = Instant.now().plus(CATCH_UP_LIMIT);
    while (!Agreement.of(folder.truth(), store, since).differences().isEmpty()
        && Instant.now().isBefore(limit)) {
      Thread.sleep(250);
    }
  }
}
