package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.Mistake;
import dev.millwright.control.ControlSettings;
import dev.millwright.daemon.Wirings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --config}, and what it names. */
final class ConfigOption {

  private static final String DEFAULT = "/etc/millwright/millwright.toml";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = DEFAULT,
      description =
          "The main configuration file; machines/*.toml beside it are read with it."
              + " Default: ${DEFAULT-VALUE}")
  private Path file;

  /** Everything that it names. */
  Configuration load(PrintWriter err) throws ConfigException, Failure {
    requireFile();
    return warned(new ConfigLoader(Wirings.registry()).load(file, System.getenv()), err);
  }

  /** The same once more, without a word. */
  Configuration loadAgain() throws ConfigException {
    return new ConfigLoader(Wirings.registry()).load(file, System.getenv());
  }

  /** The same; null where no file was named and the default one cannot be seen. */
  Configuration loadIfAny(PrintWriter err) throws ConfigException, Failure {
    return isNone() ? null : load(err);
  }

  /** What to say where {@link #loadIfAny} finds none, and one would have told more. */
  static String none() {
    return "without a configuration: there is no "
        + DEFAULT
        + " that user "
        + System.getProperty("user.name")
        + " may see; name one with --config FILE";
  }

  /** The main file alone: a mistake in a machine's file keeps nobody from asking the database. */
  Configuration loadMain(PrintWriter err) throws ConfigException, Failure {
    requireFile();
    return warned(new ConfigLoader(Wirings.registry()).loadMain(file, System.getenv()), err);
  }

  /** The same; null where no file was named and the default one cannot be seen. */
  Configuration loadMainIfAny(PrintWriter err) throws ConfigException, Failure {
    return isNone() ? null : loadMain(err);
  }

  /**
   * Where the daemon of this configuration is asked, whatever mistakes there are elsewhere in the
   * main file.
   *
   * @throws ConfigException when the file does not tell
   */
  Path controlSocket() throws ConfigException, Failure {
    if (isNone()) {
      return ControlSettings.standard().socket();
    }
    requireFile();
    return new ConfigLoader(Wirings.registry()).loadTable(file, ControlSettings.class).socket();
  }

  private boolean isNone() {
    return file.equals(Path.of(DEFAULT)) && !Files.exists(file);
  }

  private void requireFile() throws Failure {
    if (!Files.exists(file)) {
      throw new Failure(
          Exit.CONFIG,
          "no configuration: there is no file "
              + file
              + (file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath())
              + "; name yours with --config FILE");
    } else if (Files.isDirectory(file)) {
      throw new Failure(
          Exit.CONFIG,
          "--config: "
              + file
              + " is a folder; name the main file in it, such as "
              + file.resolve("millwright.toml"));
    }
  }

  private static Configuration warned(Configuration configuration, PrintWriter err) {
    for (Mistake warning : configuration.warnings()) {
      err.println("warning: " + warning);
    }
    return configuration;
  }
}
