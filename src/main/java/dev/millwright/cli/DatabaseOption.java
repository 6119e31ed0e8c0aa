package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.settings.Secret;
import dev.millwright.store.Database;
import dev.millwright.store.DatabaseSettings;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --database}, or else the database that the configuration names. */
final class DatabaseOption {

  static final String PASSWORD_VARIABLE = "MILLWRIGHT_DB_PASSWORD";

  @Mixin private ConfigOption config;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "jdbc:postgresql://HOST/NAME?user=… instead of the configured one; the password"
              + " comes from the environment variable "
              + PASSWORD_VARIABLE
              + ".")
  private String url;

  DatabaseSettings settings(PrintWriter err) throws ConfigException, Failure {
    if (url != null) {
      return of(url);
    }
    Configuration configuration = config.load(err);
    return configuration.section(DatabaseSettings.class);
  }

  /** The settings for a URL from the command line. */
  static DatabaseSettings of(String url) throws Failure {
    String password = System.getenv(PASSWORD_VARIABLE);
    try {
      return DatabaseSettings.of(url, null, password == null ? null : new Secret(password));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, "--database: " + e.getMessage());
    }
  }

  Database open(PrintWriter err) throws ConfigException, Failure {
    return new Database(settings(err));
  }
}
