package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.PlantLoader;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.Wirings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.InstalledPostgres;
import dev.millwright.testing.TestPlant;
import dev.millwright.testing.TruthSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database's fail-over as the operations guide has it: two real servers, the second one a
 * synchronous standby; the first one dies with all its sessions while machines run, and a while
 * later the standby is promoted. Every run of every machine is in its history once (I1 to I5, FIELD
 * 22), those of the time without a primary as well.
 */
@Tag("host") // two servers, and a minute
@Timeout(600)
class FailoverTest {

  /** They give their own times over OPC UA, so that nothing is excused. */
  private static final Set<String> MACHINES = Set.of("PRESS-01", "PRESS-02", "MILL-01");

  private static final double SPEED = 4;

  /** As in {@code conf/machines}. */
  private static final Duration STALE_AFTER = Duration.ofSeconds(3);

  /** As the guide promises it. */
  private static final Duration PROMISED = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Rows before the end of the primary, and transitions of the plant while there is none. */
  private static final int SOME = 12;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void afterAFailoverEveryRunOfThePlantIsInTheHistoryOnce() throws Exception {
    Optional<Path> programs = InstalledPostgres.programs();
    assumeTrue(programs.isPresent(), "no PostgreSQL under " + InstalledPostgres.PLACE);
    InstalledPostgres primary = InstalledPostgres.start(programs.get(), made("db1"));
    boolean alive = true;
    try (InstalledPostgres standby = primary.standby(made("db2"), "db2")) {
      execute(primary, "ALTER SYSTEM SET synchronous_standby_names = 'db2'");
      execute(primary, "SELECT pg_reload_conf()");
      await(
          "db2 is a synchronous standby",
          () -> value(primary, "SELECT sync_state FROM pg_stat_replication").equals("sync"));
      new PlanRunner(primary.dataSource()).apply(Plan.load("schema"), null);
      TestPlant plant = plant(primary, standby);
      Comparison comparison =
          new Comparison(
              plant.truth(), standby.dataSource(), STALE_AFTER, machine -> Duration.ZERO, Set.of());
      try (Simulator simulator = simulate(plant)) {
        Instant stopped;
        try (Daemon daemon = Daemon.start(configuration(plant), null, TimeSource.system())) {
          await("all are met", () -> met(primary) == MACHINES.size());
          simulator.go();
          await("rows are written", () -> rows(primary) >= SOME);
          primary.kill();
          alive = false;
          int done = events(plant);
          await("the plant goes on", () -> events(plant) >= done + SOME);
          await("that is noticed", () -> !daemon.overview().database().answers());
          int meanwhile = events(plant) - done;
          long rows = rows(standby);
          Instant promoted = Instant.now();
          execute(standby, "SELECT pg_promote()");
          await("a row is written", () -> rows(standby) > rows);
          Duration taken = Duration.between(promoted, firstRow(standby, promoted));
          simulator.hold();
          await("all has arrived", () -> comparison.problems(null).isEmpty());
          stopped = Instant.now();
          System.out.printf(
              "from the promotion to the first row: %d ms; transitions meanwhile: %d; host load"
                  + " %s%n",
              taken.toMillis(), meanwhile, Files.readString(Path.of("/proc/loadavg")).strip());
          assertTrue(taken.compareTo(PROMISED) < 0, taken.toString());
          assertNull(daemon.overview().journalTrouble());
        }
        assertEquals(List.of(), comparison.problems(stopped));
        assertEquals(0, doubled(standby), "transitions that are there twice");
      }
    } finally {
      if (alive) {
        primary.close();
      }
    }
  }

  private Path made(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** The files of {@code conf/}, less the machines that tell no time of their own. */
  private TestPlant plant(InstalledPostgres one, InstalledPostgres other) throws Exception {
    String url =
        "jdbc:postgresql://%s,%s/postgres?targetServerType=primary"
            .formatted(one.address(), other.address());
    TestPlant plant =
        TestPlant.in(folder, List.of("url = \"" + url + "\"", "user = \"postgres\""), 1);
    try (Stream<Path> files = Files.list(folder.resolve("machines"))) {
      for (Path file : files.toList()) {
        if (MACHINES.stream().noneMatch(Files.readString(file)::contains)) {
          Files.delete(file);
        }
      }
    }
    Path main = plant.plant().resolve("plant.toml");
    String kept =
        Arrays.stream(Files.readString(main).split("\n\n", -1))
            .filter(
                part ->
                    !part.contains("serial_number") || MACHINES.stream().anyMatch(part::contains))
            .collect(Collectors.joining("\n\n"));
    Files.writeString(main, kept);
    return plant;
  }

  private static Configuration configuration(TestPlant plant) throws Exception {
    return new ConfigLoader(Wirings.registry()).load(plant.config(), Map.of());
  }

  /** It stands still until it is told to go. */
  private static Simulator simulate(TestPlant plant) throws Exception {
    Simulator simulator =
        Simulator.start(
            PlantLoader.load(plant.plant()).withSpeed(SPEED),
            plant.truth(),
            new Simulator.Times(Duration.ofSeconds(1), null),
            InstantSource.system());
    simulator.hold();
    return simulator;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    Instant limit = Instant.now().plus(PATIENCE);
    while (!condition.holds()) {
      assertTrue(Instant.now().isBefore(limit), "not in time: " + what);
      Thread.sleep(20);
    }
  }

  private static int events(TestPlant plant) throws IOException {
    return TruthSteps.read(plant.truth()).values().stream()
        .mapToInt(steps -> TruthSteps.events(steps, Instant.MIN))
        .sum();
  }

  private static long met(InstalledPostgres server) throws SQLException {
    return Long.parseLong(value(server, "SELECT count(*) FROM machines WHERE status <> 'offline'"));
  }

  private static long rows(InstalledPostgres server) throws SQLException {
    return Long.parseLong(value(server, "SELECT count(*) FROM machine_transitions"));
  }

  private static long doubled(InstalledPostgres server) throws SQLException {
    return Long.parseLong(
        value(server, "SELECT count(*) - count(DISTINCT transition_id) FROM machine_transitions"));
  }

  private static Instant firstRow(InstalledPostgres server, Instant since) throws SQLException {
    return Instant.parse(
        value(
            server,
            "SELECT to_char(min(recorded_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
                + " FROM machine_transitions WHERE recorded_at > '"
                + since
                + "'"));
  }

  private static void execute(InstalledPostgres server, String sql) throws SQLException {
    try (Connection connection = server.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String value(InstalledPostgres server, String sql) throws SQLException {
    DataSource database = server.dataSource();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }
}
