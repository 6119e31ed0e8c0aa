package dev.millwright.daemon;

import dev.millwright.config.Configuration;
import dev.millwright.control.ControlServer;
import dev.millwright.control.ControlSettings;
import dev.millwright.control.Reloads;
import dev.millwright.control.Reporter;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.runtime.Commanded;
import dev.millwright.runtime.Commands;
import dev.millwright.runtime.CommandsSettings;
import dev.millwright.runtime.DatabaseCheck;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.CommandStore;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.DirectConnections;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.tinylog.Logger;

/** The ways by which commands come to machines: table recipe_commands, and the control socket. */
final class Commanding implements AutoCloseable {

  /** A dead connection is noticed after so long at the latest (FIELD 23). */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final Configuration configuration;
  private final Commanded commanded;
  private final Journal journal;
  private final DatabaseCheck check;
  private final TimeSource time;
  private final Consumer<Throwable> onDeath;
  private final Reporter reporter;
  private final Set<String> machines = ConcurrentHashMap.newKeySet();

  /** Null where no machine takes commands: its database need not be made for them. */
  private volatile Commands table;

  /** Null until the start, and where no socket can be made. */
  private volatile ControlServer control;

  /**
   * @param reporter tells whoever only looks
   * @param onDeath called when a thread has died of what nothing can be done about
   * @throws JournalException when the journal cannot say what is under way
   */
  Commanding(
      Configuration configuration,
      Commanded commanded,
      Journal journal,
      DatabaseCheck check,
      TimeSource time,
      Reporter reporter,
      Consumer<Throwable> onDeath)
      throws JournalException {
    this.configuration = configuration;
    this.commanded = commanded;
    this.onDeath = onDeath;
    this.reporter = reporter;
    this.journal = journal;
    this.check = check;
    this.time = time;
    machines.addAll(Comparison.names(configuration.machines()));
    this.table = commanded.machines().isEmpty() ? null : table();
  }

  private Commands table() throws JournalException {
    return new Commands(
        configuration.section(CommandsSettings.class),
        new Commands.Parts(
            new CommandStore(DirectConnections.of(settings(), ANSWER), patience()),
            check,
            journal,
            commanded,
            machines,
            time,
            () -> ThreadLocalRandom.current().nextDouble()),
        onDeath);
  }

  /** Other machines are watched now; the first of them that take commands begin to be heard. */
  void changed(Configuration now) {
    Set<String> names = Comparison.names(now.machines());
    machines.addAll(names);
    machines.retainAll(names);
    if (table == null && !commanded.machines().isEmpty()) {
      try {
        Commands first = table();
        table = first;
        first.start();
      } catch (JournalException e) {
        Logger.error(
            LogLine.of(
                "commands", "none are taken from the database until a restart: " + e.getMessage()));
      }
    }
  }

  private DatabaseSettings settings() {
    DatabaseSettings settings = configuration.section(DatabaseSettings.class);
    return settings.socketTimeout().compareTo(ANSWER) > 0
        ? settings.withSocketTimeout(ANSWER)
        : settings;
  }

  /** The schema is looked at over a connection that may wait for longer. */
  private Duration patience() {
    return configuration.section(DatabaseSettings.class).patience();
  }

  /** One for each of its loops. */
  List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>();
    if (table != null) {
      all.add(table.heartbeat());
    }
    if (control != null) {
      all.add(control.heartbeat());
    }
    return all;
  }

  /** How its loops fare. */
  List<LoopState> loops() {
    List<LoopState> all = new ArrayList<>();
    if (table != null) {
      all.add(table.loop());
    }
    if (control != null) {
      all.add(control.loop());
    }
    return all;
  }

  /** Begins to take commands. Without a socket the machines are watched all the same. */
  void start(Reloads reloads) {
    if (table != null) {
      table.start();
    }
    ControlSettings settings = configuration.section(ControlSettings.class);
    try {
      control = new ControlServer(settings, commanded, machines, reporter, reloads, onDeath);
      control.start();
    } catch (IOException e) {
      tell(
          "[control] socket = "
              + settings.socket()
              + " cannot be made, so millwright start, stop, reset and reload do not reach this daemon: "
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
