package dev.millwright.daemon;

import dev.millwright.config.Configuration;
import dev.millwright.config.RecipeFile;
import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.SchemaCheck;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.recipe.Recipe;
import dev.millwright.runtime.Commanded;
import dev.millwright.runtime.DatabaseCheck;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Ids;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.Database;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.DirectConnections;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.tinylog.Logger;

/**
 * A running daemon: the object graph, built from a configuration.
 *
 * <p>A database that is away is waited for. One that is there and is not ours is not touched: the
 * daemon names the differences and ends.
 */
public final class Daemon implements AutoCloseable {

  /** How long the start waits for a database that does not answer: machines are not to wait. */
  private static final Duration FIRST_LOOK = Duration.ofSeconds(4);

  private final Journal journal;
  private final Database database;
  private final Traces traces;
  private final Engine engine;

  private final Commanding commanding;
  private final CompletableFuture<List<String>> foreignSchema = new CompletableFuture<>();

  /**
   * Starts.
   *
   * @param truth where virtual machines write what they do; null leaves it to their settings
   * @throws ForeignDatabaseException when the database answers and is not the one to write to
   * @throws IOException when a file that the configuration names cannot be written
   * @throws JournalException when there is no journal to be had, as another daemon holds it
   */
  public static Daemon start(Configuration configuration, Path truth, TimeSource time)
      throws ForeignDatabaseException, IOException, JournalException {
    // First of all: a second daemon is to touch nothing.
    Journal journal =
        Journal.open(configuration.section(JournalSettings.class), time.wall().instant());
    if (journal.setAside() != null) {
      Logger.error(LogLine.of("journal", journal.setAside()));
    }
    Database database = new Database(configuration.section(DatabaseSettings.class));
    Daemon daemon;
    try {
      daemon = new Daemon(configuration, truth, time, journal, database);
      daemon.checkDatabase(configuration);
    } catch (ForeignDatabaseException | IOException | JournalException | RuntimeException e) {
      database.close();
      journal.close();
      throw e;
    }
    daemon.engine.start();
    daemon.commanding.start();
    Logger.info(LogLine.of("daemon", "started; machines: " + configuration.machines().size()));
    return daemon;
  }

  private Daemon(
      Configuration configuration, Path truth, TimeSource time, Journal journal, Database database)
      throws IOException, JournalException {
    this.journal = journal;
    this.database = database;
    this.traces = Traces.start(configuration, time.wall().instant());
    List<Engine.Wiring> wirings = Wirings.of(configuration, truth, time.wall());
    SecureRandom random = new SecureRandom();
    DatabaseCheck check = () -> differences(database.dataSource(), also(configuration));
    engine =
        new Engine(
            wirings,
            new Engine.Parts(
                new MachineStore(database.dataSource()),
                journal,
                check,
                new Lifecycle(new Ids(time.wall(), random::nextLong)),
                time,
                () -> ThreadLocalRandom.current().nextDouble(),
                traces.recorders(),
                recipes(configuration),
                new RecipeVersions(database.dataSource())),
            foreignSchema::complete,
            foreignSchema::completeExceptionally);
    commanding =
        new Commanding(
            configuration, commanded(), journal, check, time, foreignSchema::completeExceptionally);
  }

  private void checkDatabase(Configuration configuration) throws ForeignDatabaseException {
    DatabaseSettings settings = configuration.section(DatabaseSettings.class);
    try {
      // Without the pool, which would try for long before it said why there is no connection.
      List<String> differences =
          differences(DirectConnections.of(settings, FIRST_LOOK), also(configuration));
      if (!differences.isEmpty()) {
        throw new ForeignDatabaseException(settings.shownUrl(), differences);
      }
      Logger.info(LogLine.of("database", settings.shownUrl() + " is there and fits"));
    } catch (SQLException e) {
      Logger.warn(
          LogLine.of(
              "database",
              settings.shownUrl()
                  + " is not to be had: "
                  + LogLine.cause(e)
                  + "; starting without it, from what the journal knows"));
    }
  }

  private static Map<String, Recipe> recipes(Configuration configuration) {
    return configuration.recipes().stream()
        .map(RecipeFile::recipe)
        .collect(Collectors.toMap(Recipe::name, recipe -> recipe));
  }

  private Set<SchemaCheck.Also> also(Configuration configuration) {
    Set<SchemaCheck.Also> also = EnumSet.noneOf(SchemaCheck.Also.class);
    if (configuration.machines().stream().anyMatch(machine -> machine.register())) {
      also.add(SchemaCheck.Also.REGISTER);
    }
    if (!commanded().machines().isEmpty()) {
      also.add(SchemaCheck.Also.COMMANDS);
    }
    return also;
  }

  private static List<String> differences(DataSource dataSource, Set<SchemaCheck.Also> also)
      throws SQLException {
    try {
      return SchemaCheck.differences(dataSource, also).stream().map(Difference::toString).toList();
    } catch (PlanException e) {
      throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
    }
  }

  /** Its machines that take commands. */
  public Commanded commanded() {
    return engine.commanded();
  }

  /**
   * Waits until the database turns out to be a foreign one, which it usually never does.
   *
   * @return the differences
   * @throws IllegalStateException when a thread has died: this process is of no use any more
   */
  public List<String> awaitForeignSchema() throws InterruptedException {
    try {
      return foreignSchema.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread of the daemon has died", e.getCause());
    }
  }

  /** Stops in order, within bounded time. */
  @Override
  public void close() {
    commanding.leave();
    // Tells all commands that are under way how they end.
    engine.close();
    commanding.close();
    traces.close();
    database.close();
    journal.close();
    Logger.info(LogLine.of("daemon", "stopped"));
  }
}
