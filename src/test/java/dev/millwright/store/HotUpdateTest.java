package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.Status;
import dev.millwright.machine.Window;
import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rows are updated in place for years. Updates that are not HOT write every index too and leave
 * dead entries behind in them, so a table of twenty rows would grow and slow down.
 */
class HotUpdateTest {

  private static final int MACHINES = 18;
  private static final int TRANSITIONS = 4_000;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @Test
  void transitionsAreHotUpdatesAndTheTableStaysSmall() throws Exception {
    long began = System.nanoTime();
    int sent;
    try (Database database = new Database(DATABASE.settings())) {
      sent = send(new MachineStore(database.dataSource()));
    }
    long millis = (System.nanoTime() - began) / 1_000_000;
    awaitStatistics(sent);
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT n_tup_upd, n_tup_hot_upd, pg_relation_size(relid)"
                    + " FROM pg_stat_user_tables WHERE relname = 'machines'")) {
      row.next();
      double share = 100.0 * row.getLong(2) / row.getLong(1);
      System.out.printf(
          "%d transitions of %d machines in %d ms: %.2f %% HOT, table of %d kB%n",
          row.getLong(1), MACHINES, millis, share, row.getLong(3) / 1024);
      assertEquals(sent, row.getLong(1));
      assertTrue(share > 99, share + " % of the updates were HOT");
      assertTrue(row.getLong(3) <= 128 * 1024, row.getLong(3) + " bytes");
    }
  }

  /**
   * As the delivery thread does: one batch after the other, one transition of each machine in each.
   */
  private static int send(MachineStore store) throws Exception {
    List<Steps> machines = new ArrayList<>();
    for (int i = 0; i < MACHINES; i++) {
      store.register("M-" + i);
    }
    for (Row row : store.all().readable().values()) {
      machines.add(new Steps(row));
    }
    int sent = 0;
    while (sent < TRANSITIONS) {
      List<Addressed> batch = new ArrayList<>();
      for (Steps machine : machines) {
        batch.add(next(machine, sent / MACHINES));
        sent++;
      }
      for (Outcome outcome : store.deliver(batch)) {
        assertEquals(Outcome.WRITTEN, outcome);
      }
    }
    return sent;
  }

  /** A session tells what it did about a second after it did it, or when it ends. */
  private static void awaitStatistics(int updates) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < deadline
        && Long.parseLong(
                DATABASE.value(
                    "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'machines'"))
            < updates) {
      Thread.sleep(100);
    }
  }

  /**
   * Starts, ends and errors, with a detail as long as it gets, so that a row is several hundred
   * bytes.
   */
  private static Addressed next(Steps machine, int n) {
    Instant time = Instant.parse("2026-11-20T09:00:00Z");
    Detail detail =
        new Detail(
            "machine",
            "R42 long programme",
            "x".repeat(n % 200),
            (long) n,
            1,
            new Window(time, time),
            true);
    return switch (n % 3) {
      case 0 -> machine.step("start", Status.PROCESSING, UUID.randomUUID(), null, detail);
      case 1 -> machine.step("complete", Status.IDLE, null, null, detail);
      default ->
          machine.step(
              "error", Status.ERROR, null, new Failure("Pump", "Dry ".repeat(n % 20 + 1)), detail);
    };
  }
}
