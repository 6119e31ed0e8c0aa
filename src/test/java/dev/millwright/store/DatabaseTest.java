package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pool, in what FIELD 22 and 24 complain about. */
class DatabaseTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of a server that answers, also where the host is busy with something else for seconds. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  /** FIELD 24: a database that is away is a normal state of affairs, and no reason not to start. */
  @Test
  void anAbsentDatabaseIsNoticedOnlyWhenItIsWanted() throws Exception {
    try (Database database =
        new Database(
            settings(
                "jdbc:postgresql://localhost:" + FreePort.find() + "/plant",
                Duration.ofSeconds(1),
                PATIENT))) {
      MachineStore store = new MachineStore(database.dataSource());
      SQLException away = assertThrows(SQLException.class, () -> store.load(List.of("A")));
      assertEquals(Trouble.AWAY, Trouble.of(away));
    }
  }

  /** A server that accepts and then says nothing, as behind a firewall that drops. */
  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        Database database =
            new Database(
                settings(
                    "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/plant",
                    Duration.ofSeconds(1),
                    PATIENT))) {
      MachineStore store = new MachineStore(database.dataSource());
      SQLException away =
          assertTimeout(
              PATIENCE, () -> assertThrows(SQLException.class, () -> store.load(List.of("A"))));
      assertEquals(Trouble.AWAY, Trouble.of(away));
    }
  }

  /** FIELD 22: no answer is waited for longer than socketTimeout. */
  @Test
  void anAnswerThatDoesNotComeIsGivenUp() throws Exception {
    try (Database database =
            new Database(settings(DATABASE.url(), PATIENT, Duration.ofSeconds(2)));
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      // Else the server gives up first, and says so.
      String sleep = "SET statement_timeout = 0; SELECT pg_sleep(90)";
      SQLException dead =
          assertTimeout(
              PATIENCE, () -> assertThrows(SQLException.class, () -> statement.execute(sleep)));
      assertEquals(Trouble.AWAY, Trouble.of(dead));
    }
  }

  /** A session that the network has swallowed keeps its locks for seconds, not for hours. */
  @Test
  @Tag("host") // the server's patience
  void aSessionThatNobodyEndsIsEndedByTheServer() throws Exception {
    DATABASE.execute("INSERT INTO machines (serial_number) VALUES ('LOCKED')");
    try (Database database =
            new Database(settings(DATABASE.url(), PATIENT, Duration.ofSeconds(2)));
        Connection swallowed = database.dataSource().getConnection();
        Statement statement = swallowed.createStatement()) {
      swallowed.setAutoCommit(false);
      statement.execute("SELECT FROM machines FOR UPDATE");
      assertTimeout(
          PATIENCE, () -> DATABASE.execute("UPDATE machines SET failure_description = 'x'"));
      SQLException dead =
          assertThrows(SQLException.class, () -> statement.execute("SELECT 1 FROM machines"));
      assertEquals(Trouble.AWAY, Trouble.of(dead));
    }
  }

  /**
   * FIELD 22, HikariCP #1802: a connection to what has become a standby does not stay in the pool.
   */
  @Test
  void aConnectionThatTakesNoWritesIsNotUsedAgain() throws Exception {
    try (Database database = new Database(settings(DATABASE.url(), PATIENT, PATIENT))) {
      String first;
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        first = pid(statement);
        statement.execute("SET default_transaction_read_only = on");
        SQLException readOnly =
            assertThrows(
                SQLException.class,
                () -> statement.execute("INSERT INTO machines (serial_number) VALUES ('A')"));
        assertEquals(Trouble.READ_ONLY, Trouble.of(readOnly));
      }
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        assertNotEquals(first, pid(statement));
        statement.execute("INSERT INTO machines (serial_number) VALUES ('A')");
      }
    }
  }

  /** A batch that failed half-way must not be committed by whoever gets the connection next. */
  @Test
  void whatWasNotCommittedIsGoneWhenTheConnectionIsReturned() throws Exception {
    try (Database database = new Database(settings(DATABASE.url(), PATIENT, PATIENT))) {
      try (Connection connection = database.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("INSERT INTO machines (serial_number) VALUES ('HALF')");
      }
      try (Connection connection = database.dataSource().getConnection()) {
        assertEquals(true, connection.getAutoCommit());
      }
      assertEquals(
          "0", DATABASE.value("SELECT count(*) FROM machines WHERE serial_number = 'HALF'"));
    }
  }

  @Test
  void itIsShownUnderItsName() throws Exception {
    try (Database database = new Database(settings(DATABASE.url(), PATIENT, PATIENT));
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW application_name")) {
      row.next();
      assertEquals("millwright", row.getString(1));
    }
  }

  /**
   * Also in a table of one page, which the server would read as a whole, and plan anew each time.
   */
  @Test
  void rowsAreFoundByTheirKeysAndPlannedForOnce() throws Exception {
    try (Database database = new Database(settings(DATABASE.url(), PATIENT, PATIENT));
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "PREPARE change (uuid, boolean) AS UPDATE machines SET failure_component = CASE WHEN $2"
              + " THEN failure_component END WHERE id = $1");
      List<String> plan = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery("EXPLAIN EXECUTE change (gen_random_uuid(), true)")) {
        while (row.next()) {
          plan.add(row.getString(1).strip());
        }
      }
      String words = plan.toString();
      assertTrue(words.contains("Index Scan using machines_pkey"), words);
      assertTrue(words.contains("(id = $1)"), words);
    }
  }

  private static String pid(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * A pool of one connection.
   *
   * @param connect for reaching the server
   * @param answer for each of its answers
   */
  private static DatabaseSettings settings(String url, Duration connect, Duration answer) {
    DatabaseSettings known = DATABASE.settings();
    return new DatabaseSettings(
        url, known.user(), known.password(), null, 1, connect, answer, known.applicationName());
  }
}
