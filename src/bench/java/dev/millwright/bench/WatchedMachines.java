package dev.millwright.bench;

import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.Link;
import dev.millwright.device.RecentFrames;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Ids;
import dev.millwright.runtime.Meter;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.status.Metrics;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** The daemon's engine at work on machines, with journal, pool and counters as in the daemon. */
final class WatchedMachines implements AutoCloseable {

  private static final DataSize JOURNAL = DataSize.ofMebibytes(512);

  private final TestDatabase database;
  private final Database pool;
  private final Journal journal;
  private final Engine engine;
  private final int count;

  /**
   * Begins.
   *
   * @param database with the schema, and nobody else's machines
   * @param committed is told of each transition that is committed
   * @param link makes of each machine's own link the one to use, such as the same
   */
  WatchedMachines(
      Path folder,
      List<String> machineFiles,
      TestDatabase database,
      Committed committed,
      UnaryOperator<Link> link)
      throws Exception {
    this.database = database;
    this.count = machineFiles.size();
    Configuration configuration = load(folder, machineFiles);
    TimeSource time = TimeSource.system();
    pool = new Database(database.settings());
    journal =
        Journal.open(
            new JournalSettings(folder.resolve("journal.db").toAbsolutePath(), JOURNAL),
            time.wall().instant());
    SecureRandom random = new SecureRandom();
    Meter meter = committed.watch(new Metrics().meter());
    engine =
        new Engine(
            configuration.machines().stream().map(machine -> wiring(machine, link)).toList(),
            new Engine.Parts(
                new MachineStore(pool.dataSource()),
                journal,
                List::of,
                new Lifecycle(new Ids(time.wall(), random::nextLong)),
                time,
                () -> ThreadLocalRandom.current().nextDouble(),
                Map.of(),
                Map::of,
                null,
                meter),
            differences -> {},
            death -> {});
    engine.start();
  }

  private static Configuration load(Path folder, List<String> machineFiles) throws Exception {
    Path machines = Files.createDirectories(folder.resolve("machines"));
    for (int i = 0; i < machineFiles.size(); i++) {
      Files.writeString(machines.resolve("m" + i + ".toml"), machineFiles.get(i));
    }
    Path file = folder.resolve("millwright.toml");
    Files.writeString(file, "[database]\nurl = \"jdbc:postgresql://localhost/plant\"\n");
    return new ConfigLoader(Wirings.registry()).load(file, Map.of());
  }

  private static Engine.Wiring wiring(MachineSettings machine, UnaryOperator<Link> link) {
    InstantSource clock = InstantSource.system();
    RecentFrames frames = new RecentFrames(clock);
    return new Engine.Wiring(
        link.apply(Wirings.watching(machine, null, clock, frames)),
        List.of(Wirings.forRuntime(machine)),
        Map.of(),
        frames);
  }

  /** Waits until all of them are known to do something, and are written so. */
  void awaitMet(Duration atMost) throws Exception {
    long until = System.nanoTime() + atMost.toNanos();
    String met = Integer.toString(count);
    while (!met.equals(database.value("SELECT count(*) FROM machines WHERE status <> 'offline'"))) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("not all machines are met: " + engine.overview());
      }
      Thread.sleep(20);
    }
  }

  /** How many transitions of a machine the history has, and the row the same; else fails. */
  long written(String machine) throws Exception {
    String said =
        database.value(
            "SELECT CASE WHEN m.state_seq = max(t.state_seq)"
                + " AND max(t.state_seq) - min(t.state_seq) + 1 = count(*) THEN m.state_seq END"
                + " FROM machines m JOIN machine_transitions t ON t.machine_id = m.id"
                + " WHERE m.serial_number = '"
                + machine
                + "' GROUP BY m.id");
    if (said == null) {
      throw new IllegalStateException(machine + ": its row is not the last of its history");
    }
    return Long.parseLong(said);
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
    journal.close();
  }
}
