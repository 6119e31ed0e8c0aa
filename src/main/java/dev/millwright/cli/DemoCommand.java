package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.Wirings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.Database;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.MachineStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

  private static final Duration WARM_UP = Duration.ofSeconds(4);

  @Option(names = "--for", paramLabel = "TIME", description = "End by itself after so long.")
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

  @Override
  public Integer call() throws Exception {
    Path conf = Path.of(System.getProperty("millwright.home", ".")).resolve("conf");
    Path work = Files.createTempDirectory("millwright-demo");
    boolean live = !json && Terminal.isStandardOutput();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "stop"));
    try {
      Logging.start(
          new LogSettings(
              live ? work.resolve("millwright.log").toAbsolutePath() : null,
              LogSettings.Level.INFO,
              dev.millwright.settings.DataSize.ofMebibytes(10),
              2),
          live ? Logging.Console.NONE : json ? Logging.Console.ERR : Logging.Console.OUT);
      return run(conf, work, live);
    } finally {
      deleteAll(work);
      stopped.countDown();
    }
  }

  private int run(Path conf, Path work, boolean live) throws Exception {
    PrintWriter chat = live ? spec.commandLine().getOut() : spec.commandLine().getErr();
    Path truth = work.resolve("truth.jsonl");
    Configuration base =
        new ConfigLoader(Wirings.registry()).load(conf.resolve("millwright.toml"), System.getenv());
    chat.println("starting " + (url == null ? "an embedded PostgreSQL" : url) + " …");
    try (DemoDatabase demoDatabase =
            url == null
                ? DemoDatabase.embedded(work.resolve("db"))
                : DemoDatabase.named(DatabaseOption.of(url));
        Database database = new Database(demoDatabase.settings())) {
      new PlanRunner(database.dataSource()).apply(Plan.load("schema"), null);
      Configuration configuration = base.with(DatabaseSettings.class, demoDatabase.settings());
      chat.println("starting the virtual plant …");
      Instant start = Instant.now();
      try (DemoPlant plant = DemoPlant.start(plantArguments(conf, truth));
          Daemon daemon = Daemon.start(configuration, truth, TimeSource.system())) {
        MachineStore store = new MachineStore(database.dataSource());
        watch(store, live, start);
        return summarise(database, store, truth, configuration.machines().size());
      }
    }
  }

  private List<String> plantArguments(Path conf, Path truth) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--plant", conf.resolve("plant").toString()));
    arguments.addAll(List.of("--truth", truth.toString()));
    arguments.addAll(List.of("--warm-up", WARM_UP.toSeconds() + "s"));
    if (runFor != null) {
      arguments.addAll(List.of("--for", runFor.toMillis() + "ms"));
    }
    if (speed != null) {
      arguments.addAll(List.of("--speed", speed.toString()));
    }
    return arguments;
  }

  /** Until the time is over or somebody stops it. */
  private void watch(MachineStore store, boolean live, Instant start)
      throws InterruptedException, SQLException {
    PrintWriter out = spec.commandLine().getOut();
    Instant end = runFor == null ? Instant.MAX : start.plus(runFor);
    boolean going = true;
    while (going && Instant.now().isBefore(end)) {
      if (live) {
        out.print("\033[H\033[2J");
        out.println("Millwright demo: table machines, read twice a second. Ctrl-C ends it.\n");
        StatusView.table(store.all(), Instant.now()).lines().forEach(out::println);
        out.flush();
      }
      going = !stop.await(500, TimeUnit.MILLISECONDS);
    }
  }

  private int summarise(Database database, MachineStore store, Path truth, int machines)
      throws InterruptedException, SQLException, IOException {
    Instant limit = Instant.now().plus(CATCH_UP_LIMIT);
    Agreement agreement = Agreement.of(truth, store);
    while (!agreement.differences().isEmpty() && runFor != null && Instant.now().isBefore(limit)) {
      Thread.sleep(250);
      agreement = Agreement.of(truth, store);
    }
    // Give the daemon's idle connection the second it takes to report its statistics.
    Thread.sleep(1_500);
    JsonObject summary = DemoSummary.of(agreement, database.dataSource(), machines);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.of(summary) + "\n" : "\n" + DemoSummary.words(summary));
    out.flush();
    boolean judged = runFor != null && stop.getCount() > 0;
    return agreement.differences().isEmpty() || !judged ? Exit.OK : Exit.DIFFERENT;
  }

  /** Ctrl-C: lets the demo end in order, within bounds. */
  private void stopAndWait() {
    stop.countDown();
    try {
      stopped.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
