package dev.millwright.daemon;

import com.sun.net.httpserver.HttpHandler;
import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.SchemaCheck;
import dev.millwright.control.ControlNews;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.recipe.Recipe;
import dev.millwright.runtime.Commanded;
import dev.millwright.runtime.DatabaseCheck;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.Ids;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.Overview;
import dev.millwright.runtime.TimeSource;
import dev.millwright.status.Metrics;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
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

  /** Where the configuration comes from when it is read anew. */
  @FunctionalInterface
  public interface Source {

    /** All of it. */
    Configuration load() throws ConfigException;
  }

  private final ServiceManager systemd;
  private final Supervision supervision;
  private final Journal journal;
  private final Database database;
  private final MachineStore store;
  private final Traces traces;
  private final Engine engine;

  private final Commanding commanding;
  private final Map<String, HttpHandler> pages;
  private volatile boolean started;

  /** Null before the start, and where the configuration wants no page. */
  private volatile Showing showing;

  private final Reload reload;
  private volatile Map<String, Recipe> recipes;
  private final CompletableFuture<List<String>> foreignSchema = new CompletableFuture<>();

  /** Starts one that nobody supervises, and that reads its files anew when it is asked to. */
  public static Daemon start(Configuration configuration, Path truth, TimeSource time)
      throws ForeignDatabaseException, IOException, JournalException {
    return start(
        configuration,
        () -> new ConfigLoader(Wirings.registry()).load(configuration.file(), System.getenv()),
        truth,
        time,
        ServiceManager.NONE);
  }

  /**
   * Starts.
   *
   * @param again what {@code configuration} was made by, when it is read anew
   * @param truth where virtual machines write what they do; null leaves it to their settings
   * @param systemd is told how the daemon fares
   * @throws ForeignDatabaseException when the database answers and is not the one to write to
   * @throws IOException when a file that the configuration names cannot be written
   * @throws JournalException when there is no journal to be had, as another daemon holds it
   */
  public static Daemon start(
      Configuration configuration,
      Source again,
      Path truth,
      TimeSource time,
      ServiceManager systemd)
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
      daemon = new Daemon(configuration, again, truth, time, journal, database, systemd);
      daemon.checkDatabase(configuration);
    } catch (ForeignDatabaseException | IOException | JournalException | RuntimeException e) {
      database.close();
      journal.close();
      throw e;
    }
    daemon.engine.start();
    daemon.commanding.start(daemon.reload);
    daemon.supervision.start();
    daemon.started = true;
    daemon.showing = Showing.start(configuration, daemon.engine, daemon.store, time, daemon.pages);
    systemd.ready();
    Logger.info(LogLine.of("daemon", "started; machines: " + configuration.machines().size()));
    return daemon;
  }

  private Daemon(
      Configuration configuration,
      Source again,
      Path truth,
      TimeSource time,
      Journal journal,
      Database database,
      ServiceManager systemd)
      throws IOException, JournalException {
    this.systemd = systemd;
    this.journal = journal;
    this.database = database;
    this.store =
        new MachineStore(
            database.dataSource(), configuration.section(DatabaseSettings.class).patience());
    this.traces = Traces.start(configuration, time.wall().instant());
    Metrics metrics = new Metrics();
    List<Engine.Wiring> wirings = Wirings.of(configuration, truth, time.wall());
    SecureRandom random = new SecureRandom();
    DatabaseCheck check = () -> differences(database.dataSource(), also(current()));
    engine =
        new Engine(
            wirings,
            new Engine.Parts(
                store,
                journal,
                check,
                new Lifecycle(new Ids(time.wall(), random::nextLong)),
                time,
                () -> ThreadLocalRandom.current().nextDouble(),
                traces.recorders(),
                this::recipes,
                new RecipeVersions(database.dataSource()),
                metrics.meter()),
            foreignSchema::complete,
            foreignSchema::completeExceptionally);
    commanding =
        new Commanding(
            configuration,
            commanded(),
            journal,
            check,
            time,
            new DaemonReport(configuration, engine, () -> Pages.room(journal), time.wall()),
            foreignSchema::completeExceptionally);
    supervision =
        new Supervision(
            systemd,
            this::heartbeats,
            overdue -> StatusWords.of(engine.overview(), overdue, engine.journalTrouble()));
    pages =
        Pages.of(
            metrics,
            new Pages.Parts(
                engine,
                journal,
                Wirings.pki(configuration, time.wall()),
                time.wall(),
                this::loops,
                this::heartbeats,
                () -> started));
    recipes = Reload.recipes(configuration);
    reload =
        new Reload(
            configuration,
            new Reload.Parts(
                again,
                this::unmet,
                engine,
                traces,
                truth,
                time,
                systemd,
                this::changed,
                metrics::reloaded,
                foreignSchema::completeExceptionally));
  }

  private void changed(Configuration now) {
    recipes = Reload.recipes(now);
    commanding.changed(now);
  }

  private Map<String, Recipe> recipes() {
    return recipes;
  }

  /** Reads the configuration anew. For one thread at a time. */
  ControlNews reload(boolean dryRun) {
    return reload.reload(dryRun);
  }

  /** A reload must not make of the right database a foreign one. */
  private String unmet(Configuration before, Configuration after) {
    if (also(before).containsAll(also(after))) {
      return null;
    }
    DatabaseSettings settings = before.section(DatabaseSettings.class);
    try {
      List<String> differences =
          differences(DirectConnections.of(settings, FIRST_LOOK), also(after));
      return differences.isEmpty()
          ? null
          : ForeignDatabaseException.message(settings.shownUrl(), differences);
    } catch (SQLException e) {
      return settings.shownUrl()
          + " does not say whether it is made for register = true or for commands, which are new"
          + " in this configuration: "
          + LogLine.cause(e);
    }
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

  private Configuration current() {
    return reload.current();
  }

  private static Set<SchemaCheck.Also> also(Configuration configuration) {
    Set<SchemaCheck.Also> also = EnumSet.noneOf(SchemaCheck.Also.class);
    if (configuration.machines().stream().anyMatch(machine -> machine.register())) {
      also.add(SchemaCheck.Also.REGISTER);
    }
    if (configuration.machines().stream().anyMatch(machine -> machine.control() != null)) {
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

  private List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>(engine.heartbeats());
    all.addAll(commanding.heartbeats());
    Showing shown = showing;
    if (shown != null) {
      all.addAll(shown.heartbeats());
    }
    return all;
  }

  private List<LoopState> loops() {
    List<LoopState> all = new ArrayList<>(engine.loops());
    all.addAll(commanding.loops());
    return all;
  }

  /** How many of its UPDATEs of table machines were no transitions, but said how far a run is. */
  public long progressUpdates() {
    return store.progressUpdates();
  }

  /** Its machines that take commands. */
  public Commanded commanded() {
    return engine.commanded();
  }

  /** What is known of its machines now. May wait for the disk. */
  public Overview overview() {
    return engine.overview();
  }

  /** What programs ask for over HTTP, by path: metrics, and whether it is alive and ready. */
  Map<String, HttpHandler> pages() {
    return pages;
  }

  /** Where its status page is, such as {@code http://127.0.0.1:9470/}; null where there is none. */
  public String statusPage() {
    return showing == null ? null : showing.address();
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
    systemd.stopping();
    if (showing != null) {
      showing.close();
    }
    commanding.leave();
    // Tells all commands that are under way how they end.
    engine.close();
    commanding.close();
    traces.close();
    supervision.close();
    database.close();
    journal.close();
    Logger.info(LogLine.of("daemon", "stopped"));
  }
}
