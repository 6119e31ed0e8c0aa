package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.consolidation.PlanException;
import dev.millwright.settings.Secret;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.DirectConnections;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --database}, or else the database that the configuration names. */
final class DatabaseOption {

  static final String PASSWORD_VARIABLE = "MILLWRIGHT_DB_PASSWORD";

  /** How long a person waits for a server that does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

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

  /** What a command does with a database. */
  @FunctionalInterface
  interface Asking {
    int ask(DataSource database) throws Exception;
  }

  /** The configuration that goes with the option. */
  ConfigOption config() {
    return config;
  }

  /** The database of the option; null when the configuration's is meant. */
  DatabaseSettings named() throws Failure {
    return url == null ? null : of(url);
  }

  /** The settings for a URL from the command line. */
  static DatabaseSettings of(String url) throws Failure {
    String password = System.getenv(PASSWORD_VARIABLE);
    try {
      Secret secret = password == null || password.isEmpty() ? null : new Secret(password);
      return DatabaseSettings.of(url, null, secret);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Exit.USAGE,
          "--database: "
              + e.getMessage().replaceFirst("^url: ", "")
              + "; write jdbc:postgresql://HOST:PORT/NAME?user=USER");
    }
  }

  /**
   * Lets a command ask its database.
   *
   * @return the command's exit code
   * @throws Failure when the database cannot be asked, in words for a person
   */
  int ask(PrintWriter err, Asking asking) throws Exception {
    return ask(settings(err), asking);
  }

  /** The same for work in which one answer may take an hour, such as a change of a large table. */
  int askAtLength(PrintWriter err, Asking asking) throws Exception {
    return ask(settings(err).withSocketTimeout(Duration.ofHours(1)), asking);
  }

  /** The same with a database that is known already. */
  static int ask(DatabaseSettings settings, Asking asking) throws Exception {
    try {
      return asking.ask(DirectConnections.of(settings, PATIENCE));
    } catch (SQLException e) {
      throw DatabaseWords.failure(settings.shownUrl(), e);
    } catch (PlanException e) {
      throw DatabaseWords.failure(settings.shownUrl(), e);
    }
  }

  private DatabaseSettings settings(PrintWriter err) throws ConfigException, Failure {
    return url != null ? of(url) : config.loadMain(err).section(DatabaseSettings.class);
  }
}
