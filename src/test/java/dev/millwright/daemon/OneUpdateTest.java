package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.PlantLoader;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.runtime.TimeSource;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.LoggingPostgres;
import dev.millwright.testing.LoggingPostgres.Logged;
import dev.millwright.testing.TestPlant;
import dev.millwright.testing.TruthSteps;
import dev.millwright.testing.TruthSteps.Step;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1, told by the database itself: PostgreSQL logs every statement that it gets ({@code
 * log_statement = all}) while the daemon works, and its log is read.
 *
 * <p>What the old system did, a write to each of two tables, would show here at once; so would a
 * SELECT before each write, a lock, or a transaction around every single transition.
 */
@Tag("host") // takes half a minute
class OneUpdateTest {

  private static final int MACHINES = 13;
  private static final double SPEED = 10;
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final Duration WORKS = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String FROM_MACHINES =
      """
      SELECT serial_number, count(*) FILTER (WHERE event NOT IN ('link_found', 'link_lost')),
             min(occurred_at)
        FROM machine_transitions JOIN machines ON machines.id = machine_id
       GROUP BY serial_number
      """;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** Any statement that can change the table, also with its name quoted or qualified. */
  private static final Pattern WRITES_MACHINES =
      Pattern.compile(
          "\\b(UPDATE|INTO|FROM|TRUNCATE|COPY|TABLE|ONLY)\\s+[\\w.\"]*\\bmachines\\b",
          Pattern.CASE_INSENSITIVE);

  private static final String UPDATED =
      "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relid = 'machines'::regclass";

  private static final String HOT_UPDATED =
      "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'machines'::regclass";

  @TempDir Path folder;

  @Test
  void aTransitionIsOneUpdateAndNothingElse() throws Exception {
    try (LoggingPostgres postgres = LoggingPostgres.start(folder.resolve("db"))) {
      DataSource database = postgres.dataSource();
      new PlanRunner(database).apply(Plan.load("schema"), null);
      Map<String, List<Step>> steps = work(postgres);
      int truth = assertAllIsTold(database, steps);
      int history = number(database, "SELECT count(*) FROM machine_transitions");

      List<Logged> log = logged(postgres, history);
      assertOnlyWrites(log, history);
      assertEquals(List.of(), readsAfterTheFirstUpdate(log));
      int commits = transactions(log);
      awaitStatistics(database, history);
      int hot = number(database, HOT_UPDATED);
      System.out.printf(
          "%d transitions by truth, %d rows of history, %d UPDATEs in %d transactions, %d HOT%n",
          truth, history, history, commits, hot);
      assertEquals(history, number(database, UPDATED));
      assertTrue(hot > 0.99 * history, hot + " of " + history + " updates were HOT");
    }
  }

  /**
   * The daemon watches the plant while that works, and until all is written.
   *
   * @return what each machine did
   */
  private Map<String, List<Step>> work(LoggingPostgres postgres) throws Exception {
    List<String> table = List.of("url = \"" + postgres.url() + "\"", "user = \"postgres\"");
    // The virtual machine begins with the daemon: slow enough to be met before its first run.
    TestPlant plant = TestPlant.in(folder, table, 1);
    Configuration configuration =
        new ConfigLoader(Wirings.registry()).load(plant.config(), Map.of());
    Simulator.Times times = new Simulator.Times(WARM_UP, WARM_UP.plus(WORKS));
    try (Simulator simulator =
        Simulator.start(
            PlantLoader.load(plant.plant()).withSpeed(SPEED),
            plant.truth(),
            times,
            InstantSource.system())) {
      try (Daemon daemon = Daemon.start(configuration, null, TimeSource.system())) {
        Thread.sleep(times.liveFor().plusSeconds(1).toMillis());
      }
    }
    return TruthSteps.read(plant.truth());
  }

  /** Returns how many transitions the machines made. */
  private static int assertAllIsTold(DataSource database, Map<String, List<Step>> steps)
      throws SQLException {
    Map<String, Integer> truth = new TreeMap<>();
    Map<String, Integer> told = new TreeMap<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(FROM_MACHINES)) {
      while (row.next()) {
        String machine = row.getString(1);
        Instant contact = row.getObject(3, OffsetDateTime.class).toInstant();
        truth.put(machine, TruthSteps.events(steps.getOrDefault(machine, List.of()), contact));
        told.put(machine, row.getInt(2));
      }
    }
    assertEquals(truth, told);
    return told.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** One UPDATE for each row of the history, the registering INSERTs, and no other write. */
  private static void assertOnlyWrites(List<Logged> log, int history) {
    List<Logged> writes =
        log.stream()
            .filter(logged -> !logged.is("SELECT"))
            .filter(logged -> WRITES_MACHINES.matcher(logged.text()).find())
            .toList();
    long updates = writes.stream().filter(write -> write.is("UPDATE machines SET")).count();
    assertEquals(history, updates, "one UPDATE for each row of the history");
    assertEquals(
        MACHINES,
        writes.stream().filter(write -> write.is("INSERT INTO machines (serial_number)")).count(),
        "the rows were registered");
    assertEquals(updates + MACHINES, writes.size(), () -> "no other writes: " + others(writes));
    assertEquals(
        updates,
        log.stream().filter(logged -> logged.is("UPDATE")).count(),
        "and none to any other table");
  }

  /** The daemon's statements, as soon as as many UPDATEs are logged as there should be. */
  private static List<Logged> logged(LoggingPostgres postgres, int updates) throws Exception {
    Instant limit = Instant.now().plus(LIMIT);
    List<Logged> log = postgres.statements("millwright");
    while (log.stream().filter(logged -> logged.is("UPDATE machines")).count() < updates
        && Instant.now().isBefore(limit)) {
      Thread.sleep(200);
      log = postgres.statements("millwright");
    }
    return log;
  }

  /**
   * A batch is BEGIN, its UPDATEs, COMMIT: nothing is asked in between. One UPDATE alone commits
   * itself.
   *
   * @return how many there were
   */
  private static int transactions(List<Logged> log) {
    Map<String, List<String>> open = new HashMap<>();
    int transactions = 0;
    for (Logged logged : log) {
      if (logged.is("BEGIN")) {
        open.put(logged.session(), new ArrayList<>());
      } else if (logged.is("COMMIT") || logged.is("ROLLBACK")) {
        List<String> within = open.remove(logged.session());
        if (within != null && within.stream().anyMatch(text -> text.startsWith("UPDATE"))) {
          assertTrue(
              logged.is("COMMIT") && within.stream().allMatch(text -> text.startsWith("UPDATE")),
              () -> "a transaction of " + within + " and " + logged);
          transactions++;
        }
      } else if (open.containsKey(logged.session())) {
        open.get(logged.session()).add(logged.text());
      } else if (logged.is("UPDATE")) {
        transactions++;
      }
    }
    return transactions;
  }

  /**
   * Nothing has to be looked up to write a transition: the guard is in the UPDATE. The rows are
   * looked at now and then, whatever is written.
   */
  private static List<Logged> readsAfterTheFirstUpdate(List<Logged> log) {
    List<Logged> reads =
        log.stream()
            .dropWhile(logged -> !logged.is("UPDATE machines"))
            .filter(logged -> logged.is("SELECT") && logged.text().contains("machine"))
            // Commands to stepped machines are asked for, whatever is written.
            .filter(logged -> !logged.text().contains("recipe_commands"))
            .toList();
    List<Logged> looks =
        reads.stream().filter(read -> read.text().contains("serial_number = ANY")).toList();
    long most = 2 + WARM_UP.plus(WORKS).dividedBy(LOOK_EVERY);
    assertTrue(looks.size() <= most, () -> looks.size() + " looks, not " + most + " at most");
    return reads.stream().filter(read -> !looks.contains(read)).toList();
  }

  private static List<Logged> others(List<Logged> writes) {
    return writes.stream()
        .filter(write -> !write.is("UPDATE machines") && !write.is("INSERT INTO machines"))
        .toList();
  }

  /** A session tells what it did when it ends, which it does a little after its client. */
  private static void awaitStatistics(DataSource database, int updates) throws Exception {
    Instant limit = Instant.now().plus(LIMIT);
    while (number(database, UPDATED) < updates && Instant.now().isBefore(limit)) {
      Thread.sleep(100);
    }
  }

  private static int number(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
