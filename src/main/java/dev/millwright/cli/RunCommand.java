package dev.millwright.cli;

import dev.millwright.config.Configuration;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.ForeignDatabaseException;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.DatabaseSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs the daemon until it is told to stop (SIGTERM, SIGINT).",
    footer = {"", "Example: millwright run --config conf/millwright.toml"})
final class RunCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Configuration configuration = config.load(spec.commandLine().getErr());
    Logging.start(configuration.section(LogSettings.class), Logging.Console.OUT);
    Daemon daemon = Daemon.start(configuration, null, TimeSource.system());
    // A stop on request is a success: systemd shall not see 143 (FIELD 25).
    Thread stop =
        new Thread(
            () -> {
              daemon.close();
              Runtime.getRuntime().halt(Exit.OK);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    List<String> differences;
    try {
      differences = daemon.awaitForeignSchema();
    } finally {
      // However it ends from here on, it is not a stop on request.
      Runtime.getRuntime().removeShutdownHook(stop);
      daemon.close();
    }
    String database = configuration.section(DatabaseSettings.class).shownUrl();
    throw new Failure(Exit.CONFIG, ForeignDatabaseException.message(database, differences));
  }
}
