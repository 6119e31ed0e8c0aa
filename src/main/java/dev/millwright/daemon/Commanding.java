package dev.millwright.daemon;

import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.control.ControlServer;
import dev.millwright.control.ControlSettings;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.runtime.Commanded;
import dev.millwright.runtime.Commands;
import dev.millwright.runtime.CommandsSettings;
import dev.millwright.runtime.DatabaseCheck;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.CommandStore;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.DirectConnections;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.tinylog.Logger;

/** The ways by which commands come to machines: table recipe_commands, and the control socket. */
final class Commanding implements AutoCloseable {

  /** A dead connection is noticed after so long at the latest (FIELD 23). */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final Commanded commanded;
  private final Consumer<Throwable> onDeath;
  private final List<String> machines;

  /** Null where no machine takes commands: its database need not be made for them. */
  private final Commands table;

  /** Null until the start, and where no socket can be made. */
  private ControlServer control;

  /**
   * @param onDeath called when a thread has died of what nothing can be done about
   * @throws JournalException when the journal cannot say what is under way
   */
  Commanding(
      Configuration configuration,
      Commanded commanded,
      Journal journal,
      DatabaseCheck check,
      TimeSource time,
      Consumer<Throwable> onDeath)
      throws JournalException {
    this.configuration = configuration;
    this.commanded = commanded;
    this.onDeath = onDeath;
    this.machines = configuration.machines().stream().map(MachineSettings::serialNumber).toList();
    this.table =
        commanded.machines().isEmpty()
            ? null
            : new Commands(
                configuration.section(CommandsSettings.class),
                new Commands.Parts(
                    new CommandStore(DirectConnections.of(settings(), ANSWER)),
                    check,
                    journal,
                    commanded,
                    machines,
                    time,
                    () -> ThreadLocalRandom.current().nextDouble()),
                onDeath);
  }

  private DatabaseSettings settings() {
    DatabaseSettings settings = configuration.section(DatabaseSettings.class);
    return settings.socketTimeout().compareTo(ANSWER) > 0
        ? settings.withSocketTimeout(ANSWER)
        : settings;
  }

  /** Begins to take commands. Without a socket the machines are watched all the same. */
  void start() {
    if (table != null) {
      table.start();
    }
    ControlSettings settings = configuration.section(ControlSettings.class);
    try {
      control = new ControlServer(settings, commanded, machines, onDeath);
      control.start();
    } catch (IOException e) {
      tell(
          "[control] socket = "
              + settings.socket()
              + " cannot be made, so millwright start, stop and reset do not reach this daemon: "
              + (e instanceof FileSystemException ? e.getClass().getSimpleName() + " " : "")
              + LogLine.cause(e));
    }
  }

  private void tell(String words) {
    if (commanded.machines().isEmpty()) {
      Logger.debug(LogLine.of("control", words));
    } else {
      Logger.warn(LogLine.of("control", words));
    }
  }

  /** Takes no further commands. */
  void leave() {
    if (table != null) {
      table.leave();
    }
    if (control != null) {
      control.leave();
    }
  }

  /** Tells how the commands have ended, once their machines were stopped. */
  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    if (table != null) {
      table.close();
    }
  }
}
