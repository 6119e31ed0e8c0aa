package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which old programs may write after the cut-over, and what is kept of them. */
class ConsolidationWritersTest {

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

  /** The trigger behind the view runs as the owner. */
  @Test
  void whoeverMayOnlyRegisterMachinesChangesNone() throws Exception {
    database.execute(
        "CREATE ROLE registrar LOGIN PASSWORD 'registrar';"
            + " GRANT SELECT, INSERT ON machines TO registrar");
    try (Connection connection = database.dataSourceAs("registrar").getConnection();
        Statement statement = connection.createStatement()) {
      SQLException refused =
          assertThrows(
              SQLException.class,
              () ->
                  statement.execute(
                      "INSERT INTO machines (id, status) SELECT id, 'error' FROM machines"
                          + " WHERE serial_number = 'RT-001'"));
      assertEquals("23502", refused.getSQLState());
      statement.execute(
          "INSERT INTO machines (serial_number, lab_name) VALUES ('NEW-001', 'lab 1')");
    } finally {
      database.execute("DROP OWNED BY registrar; DROP ROLE registrar");
    }
    assertEquals("idle", new OldRows(database).machine("RT-001", "status"));
  }

  /** The flag was completed, and the program that sets idle knows nothing of it. */
  @Test
  void theCompletedFlagGoesAlsoWhenTheLinkWasLostInBetween() throws Exception {
    OldRows rows = new OldRows(database);
    for (String status : new String[] {"error", "offline", "idle"}) {
      database.execute(
          "UPDATE machines SET status = '%s' WHERE serial_number = 'E2E-001'".formatted(status));
    }
    assertEquals("idle f", rows.machine("E2E-001", "status, is_failure_mode"));
    // One that was told of a machine that is not in error stays.
    database.execute(
        "UPDATE machines SET is_failure_mode = true, status = 'offline' WHERE serial_number = 'E2E-001';"
            + " UPDATE machines SET status = 'idle' WHERE serial_number = 'E2E-001'");
    assertEquals("idle t", rows.machine("E2E-001", "status, is_failure_mode"));
  }

  /** A program that connects anew each time has a row for each connection, for a day. */
  @Test
  void theCountsOfEarlierDaysBecomeOneRow() throws Exception {
    database.execute(
        """
        INSERT INTO consolidation_foreign_writes
          (day, backend, database_user, role, application, address, kind, first_at, last_at, writes)
        SELECT date '2025-11-01' + n % 9, n, 'postgres', 'postgres', 'clock', host(inet_client_addr()), 'update',
               timestamptz '2025-11-01Z', timestamptz '2025-11-09Z', 2
          FROM generate_series(1, 500) AS n
        """);
    try (OldProgram old = new OldProgram(database.connect(), "clock")) {
      old.send("UPDATE machines SET status = 'offline' WHERE serial_number = 'E2E-002'");
      old.send("UPDATE machines SET status = 'idle' WHERE serial_number = 'E2E-002'");
    }
    assertEquals(
        "1 1002 t t",
        database.value(
            "SELECT concat_ws(' ', count(*), sum(writes), min(first_at) = timestamptz '2025-11-01Z',"
                + " max(last_at) > now() - interval '1 hour')"
                + " FROM consolidation_foreign_writes WHERE application = 'clock'"));
  }
}
