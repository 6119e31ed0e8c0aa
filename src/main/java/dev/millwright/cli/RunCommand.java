package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.ForeignDatabaseException;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.ServiceManager;
import dev.millwright.journal.JournalException;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.DatabaseSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Runs the daemon until it is told to stop (SIGTERM, SIGINT). What it does is logged on"
            + " standard output, and in the file that [log] names.",
    footer = {"", "Example: millwright run --config conf/millwright.toml"})
final class RunCommand implements Callable<Integer> {

  /** Less than systemd and people allow. */
  private static final Duration STOP_LIMIT = Duration.ofMillis(9_500);

  private final TimeSource time;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  RunCommand() {
    this(TimeSource.system());
  }

  RunCommand(TimeSource time) {
    this.time = time;
  }

  @Override
  public Integer call() throws Exception {
    AtomicReference<Daemon> running = new AtomicReference<>();
    // First of all: before it, a JVM that is asked to stop ends with 143 (decision 0125).
    try (StopOnRequest stop = StopOnRequest.install(STOP_LIMIT, () -> close(running.get()))) {
      Configuration configuration = configuration();
      LogFile.require(configuration.section(LogSettings.class));
      Logging.start(configuration.section(LogSettings.class), Logging.Console.OUT);
      Daemon daemon =
          Daemon.start(configuration, this::again, null, time, ServiceManager.of(System.getenv()));
      running.set(daemon);
      List<String> differences;
      try {
        differences = daemon.awaitForeignSchema();
      } finally {
        daemon.close();
      }
      String url = configuration.section(DatabaseSettings.class).shownUrl();
      throw foreign(ForeignDatabaseException.message(url, differences));
    } catch (ForeignDatabaseException e) {
      throw foreign(e.getMessage());
    } catch (JournalException e) {
      Logger.error(LogLine.of("journal", e.getMessage()));
      throw e;
    }
  }

  /** In the log as well: whoever reads it later shall find the reason there. */
  private static Failure foreign(String message) {
    message.lines().forEach(line -> Logger.error(LogLine.of("database", line.strip())));
    return new Failure(Exit.CONFIG, message);
  }

  private Configuration configuration() throws Exception {
    return named(database.config().load(spec.commandLine().getErr()));
  }

  /** What a reload reads; warnings are in its answer. */
  private Configuration again() throws ConfigException {
    Configuration configuration = database.config().loadAgain();
    try {
      return named(configuration);
    } catch (Failure e) {
      throw new IllegalStateException("the options were good at the start", e);
    }
  }

  private Configuration named(Configuration configuration) throws Failure {
    DatabaseSettings named = database.named();
    return named == null ? configuration : configuration.with(DatabaseSettings.class, named);
  }

  /** Null when it is still starting: then nothing is decided yet. */
  private static void close(Daemon daemon) {
    if (daemon != null) {
      daemon.close();
    }
  }
}
