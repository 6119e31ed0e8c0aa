package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.Mistake;
import dev.millwright.daemon.Wirings;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --config}, and what it names. */
final class ConfigOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "/etc/millwright/millwright.toml",
      description =
          "The main configuration file; machines/*.toml beside it are read with it."
              + " Default: ${DEFAULT-VALUE}")
  private Path file;

  Path file() {
    return file;
  }

  Configuration load(PrintWriter err) throws ConfigException {
    Configuration configuration = new ConfigLoader(Wirings.registry()).load(file, System.getenv());
    for (Mistake warning : configuration.warnings()) {
      err.println("warning: " + warning);
    }
    return configuration;
  }
}
