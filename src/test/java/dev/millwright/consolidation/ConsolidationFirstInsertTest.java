package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The first insert, by the view, for a machine that had no row in the old table. */
class ConsolidationFirstInsertTest {

  private static TestDatabase database;

  @BeforeAll
  static void cutOver() throws Exception {
    database = OldInstallation.real();
    OldInstallation.apply(database, OldInstallation.CUTOVER);
  }

  @AfterAll
  static void drop() throws Exception {
    database.close();
  }

  /** It says nothing of the state, so it must not say again what it read before the other one. */
  @Test
  void whatSomebodyElseIsWritingIsKept() throws Exception {
    UUID process = UUID.randomUUID();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (Connection other = database.connect();
        Statement statement = other.createStatement();
        OldProgram old = new OldProgram(database.connect(), "recipe_flow")) {
      other.setAutoCommit(false);
      statement.execute(
          "UPDATE machines SET status = 'processing', current_process_id = '%s' WHERE serial_number = 'RT-001'"
              .formatted(process));
      Future<Integer> insert =
          executor.submit(
              () ->
                  old.send(
                      "INSERT INTO machine_state (machine_id, failure_description)"
                          + " SELECT id, 'Dry' FROM machines WHERE serial_number = 'RT-001'"));
      awaitWaiting();
      other.commit();
      insert.get(30, TimeUnit.SECONDS);
    } finally {
      executor.shutdownNow();
    }
    assertEquals(
        "processing " + process + " Dry",
        new OldRows(database).machine("RT-001", "status, current_process_id, failure_description"));
  }

  private static void awaitWaiting() throws SQLException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < end) {
      if ("1"
          .equals(
              database.value(
                  "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      + " AND application_name = 'recipe_flow' AND wait_event_type = 'Lock'"))) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the insert does not wait");
  }
}
