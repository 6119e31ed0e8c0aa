package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.StatementFaults.Killed;
import dev.millwright.runtime.StatementFaults.Side;
import dev.millwright.testing.RecordedMachines;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I6: each command is carried out once at most and ends once, whatever dies and whenever. */
@Timeout(300)
class CommandsFaultTest {

  /**
   * More statements than one command needs; the loops end when a fault does not strike any more.
   */
  private static final int MOST_STATEMENTS = 60;

  @TempDir Path folder;
  private TestDatabase database;
  private final RecordedMachines machines = new RecordedMachines("PRESS-01");

  @BeforeEach
  void aMachine() throws Exception {
    database = TestDatabase.withSchema().create();
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  private UUID insert() throws Exception {
    return UUID.fromString(
        database.value(
            "INSERT INTO recipe_commands (machine_id, type) SELECT id, 'start_recipe' FROM machines"
                + " RETURNING id"));
  }

  private String status(UUID id) throws Exception {
    return database.value(
        "SELECT concat_ws(': ', status, error_message) FROM recipe_commands WHERE id = '"
            + id
            + "'");
  }

  /** The process is killed before or after each statement in turn, and started again. */
  @ParameterizedTest
  @EnumSource
  void killedAtAnyStatementItIsCarriedOutOnceAtMost(Side side) throws Exception {
    Map<String, Integer> ends = new HashMap<>();
    try (CommandScene daemon = new CommandScene(database, folder, machines, "PRESS-01")) {
      boolean struck = true;
      for (int at = 0; struck; at++) {
        assertTrue(at < MOST_STATEMENTS, "the fault strikes for ever");
        UUID id = insert();
        StatementFaults faults = new StatementFaults(at, side, Killed::new);
        daemon.start(faults.of(database.dataSource()));
        daemon.awaitDeathOr("an end", daemon::isEnded);
        struck = daemon.death.get() != null;
        if (!struck) {
          daemon.stop();
        }
        daemon.start();
        daemon.awaitEnded();
        daemon.stop();
        int times = machines.times().getOrDefault(id, 0);
        String end = status(id);
        String where = "killed " + side + " statement " + at + ": " + end + ", asked " + times;
        assertTrue(times <= 1, where);
        if (end.equals("completed")) {
          assertEquals(1, times, where);
        } else {
          assertTrue(end.startsWith("error: the daemon was restarted while this was"), where);
        }
        ends.merge(end.split(":", 2)[0] + " " + times, 1, Integer::sum);
      }
    }
    // It is tried at all points, of which one at least is between the claim and the question.
    assertTrue(ends.getOrDefault("completed 1", 0) >= 4, ends.toString());
    if (side == Side.AFTER) {
      assertTrue(ends.containsKey("error 0"), ends.toString());
    }
  }

  /** Each statement's answer is lost in turn, or it does not arrive; the process goes on. */
  @ParameterizedTest
  @EnumSource
  void withAnyAnswerLostItIsCarriedOutOnce(Side side) throws Exception {
    try (CommandScene daemon = new CommandScene(database, folder, machines, "PRESS-01")) {
      boolean struck = true;
      for (int at = 0; struck; at++) {
        assertTrue(at < MOST_STATEMENTS, "the fault strikes for ever");
        UUID id = insert();
        StatementFaults faults =
            new StatementFaults(at, side, () -> new SQLException("the line is dead", "08006"));
        daemon.start(faults.of(database.dataSource()));
        daemon.awaitEnded();
        daemon.stop();
        // The polls while it is awaited are statements, too.
        struck = faults.hasStruck() && at < 12;
        assertNull(daemon.death.get());
        String where = "lost " + side + " statement " + at;
        assertEquals("completed", status(id), where);
        assertEquals(1, machines.times().get(id), where);
      }
    }
  }

  /** Issue 6: two daemons and 10,000 competing commands: each executed once. */
  @Test
  @Tag("soak")
  void twoDaemonsAndTenThousandCommands() throws Exception {
    compete(10_000, Duration.ofMinutes(4));
  }

  @Test
  void twoDaemonsAndAThousandCommands() throws Exception {
    compete(1_000, Duration.ofSeconds(60));
  }

  private void compete(int count, Duration patience) throws Exception {
    database.execute(
        "INSERT INTO machines (serial_number) SELECT 'M' || n FROM generate_series(1, 20) AS n");
    database.execute(
        // A fifth of them is for any machine: those are starts.
        "INSERT INTO recipe_commands (machine_id, type, process_id) SELECT machine.id,"
            + " (ARRAY['start_recipe', 'stop_recipe', 'reset_machine'])[1 + kind],"
            + " CASE kind WHEN 1 THEN gen_random_uuid() END FROM generate_series(1, "
            + count
            + ") AS n LEFT JOIN machines AS machine ON serial_number = 'M' || n % 25,"
            + " LATERAL (SELECT CASE WHEN machine.id IS NULL THEN 0 ELSE n % 3 END AS kind) AS k");
    String[] names = new String[20];
    for (int i = 0; i < names.length; i++) {
      names[i] = "M" + (i + 1);
    }
    RecordedMachines left = new RecordedMachines(names);
    RecordedMachines right = new RecordedMachines(names);
    long start = System.nanoTime();
    try (CommandScene a = scene("a", left, names);
        CommandScene b = scene("b", right, names)) {
      a.start();
      b.start();
      long deadline = System.nanoTime() + patience.toNanos();
      while (!a.isEnded() || !b.isEnded()) {
        assertTrue(System.nanoTime() < deadline, "not within " + patience + ": " + counts());
        assertNull(a.death.get());
        assertNull(b.death.get());
        Thread.sleep(50);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<UUID, Integer> times = new HashMap<>(left.times());
    right.times().forEach((id, n) -> times.merge(id, n, Integer::sum));
    System.out.printf(
        "%d competing commands: %d and %d, %.1f s%n",
        count, left.times().size(), right.times().size(), seconds);
    assertEquals(count, times.size());
    times.forEach((id, n) -> assertEquals(1, n, () -> "command " + id));
    assertEquals("completed: " + count, counts());
    assertTrue(!left.times().isEmpty() && !right.times().isEmpty(), "both took part");
  }

  private CommandScene scene(String name, RecordedMachines of, String... names) throws Exception {
    return new CommandScene(database, Files.createDirectory(folder.resolve(name)), of, names);
  }

  private String counts() throws Exception {
    return database.value(
        "SELECT string_agg(status || ': ' || n, ', ') FROM (SELECT status, count(*) AS n FROM"
            + " recipe_commands GROUP BY status) AS each");
  }
}
