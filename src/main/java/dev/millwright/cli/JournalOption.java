package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.daemon.Logging;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Mixin;

/** The journal that the configuration names, for a command. */
final class JournalOption {

  @Mixin private ConfigOption config;

  /** What a command does with a journal. */
  @FunctionalInterface
  interface Work {
    int with(Journal journal) throws JournalException, Failure;
  }

  /**
   * Lets a command use the journal, which no daemon can meanwhile.
   *
   * @return the command's exit code
   * @throws Failure when there is none
   * @throws JournalException when it cannot be used
   */
  int use(PrintWriter err, Work work) throws ConfigException, JournalException, Failure {
    JournalSettings settings = settings(err);
    try (Journal journal = Journal.openExisting(settings, Instant.now())) {
      if (journal == null) {
        throw absent(settings.path());
      }
      return work.with(journal);
    }
  }

  JournalSettings settings(PrintWriter err) throws ConfigException, Failure {
    Logging.startQuiet();
    return config.loadMain(err).section(JournalSettings.class);
  }

  static Failure absent(Path path) {
    return new Failure(
        Exit.UNAVAILABLE,
        "there is no journal "
            + path
            + "; the daemon makes it when it first starts. Is [journal] path right, and is this the"
            + " daemon's configuration (--config FILE)?");
  }
}
