package dev.millwright.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.PostgresCable.Moment;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What the chaos suite leans on: a cut at another moment than it says would prove nothing. */
@Timeout(60)
class PostgresCableTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.empty();

  private PostgresCable cable;

  @BeforeEach
  void layTheCable() throws Exception {
    cable = new PostgresCable(URI.create(DATABASE.url().substring("jdbc:".length())).getPort());
    DATABASE.execute("DROP TABLE IF EXISTS written; CREATE TABLE written (n int)");
  }

  @AfterEach
  void takeItAway() throws Exception {
    cable.close();
  }

  /** Also where the driver has prepared COMMIT under a name, and sends it no more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 12})
  void aCutBeforeTheCommitLeavesNothingBehind(int nth) throws Exception {
    try (Connection connection = connect()) {
      commitTimes(connection, nth - 1);
      cable.cutAt(Moment.BEFORE_COMMIT);
      insert(connection);
      assertThrows(SQLException.class, connection::commit);
    }
    assertEquals(1, cable.cuts());
    assertEquals(Integer.toString(nth - 1), written());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 12})
  void aCutAfterTheCommitHidesWhatHasHappened(int nth) throws Exception {
    try (Connection connection = connect()) {
      commitTimes(connection, nth - 1);
      cable.cutAt(Moment.AFTER_COMMIT);
      insert(connection);
      assertThrows(SQLException.class, connection::commit);
    }
    assertEquals(1, cable.cuts());
    assertEquals(Integer.toString(nth), written());
  }

  @Test
  void aCommitInASimpleQueryIsACommitToo() throws Exception {
    PGSimpleDataSource simple = through();
    simple.setPreferQueryMode(org.postgresql.jdbc.PreferQueryMode.SIMPLE);
    try (Connection connection = simple.getConnection()) {
      connection.setAutoCommit(false);
      cable.cutAt(Moment.BEFORE_COMMIT);
      insert(connection);
      assertThrows(SQLException.class, connection::commit);
    }
    assertEquals("0", written());
  }

  /** Whoever only reads, or rolls back, is not cut. */
  @Test
  void onlyACommitIsCut() throws Exception {
    try (Connection connection = connect()) {
      cable.cutAt(Moment.AFTER_COMMIT);
      insert(connection);
      connection.rollback();
      connection.setAutoCommit(true);
      insert(connection);
      assertEquals("1", written());
      cable.plug();
      connection.setAutoCommit(false);
      insert(connection);
      connection.commit();
    }
    assertEquals(0, cable.cuts());
    assertEquals("2", written());
  }

  @Test
  void afterACutTheNextConnectionIsGood() throws Exception {
    cable.unplug();
    assertThrows(SQLException.class, this::connect);
    cable.plug();
    try (Connection connection = connect()) {
      commitTimes(connection, 1);
    }
    assertEquals("1", written());
  }

  @Test
  void whatWasFrozenGoesOn() throws Exception {
    try (Connection connection = connect()) {
      insert(connection);
      cable.freeze();
      Thread commit = new Thread(() -> commit(connection));
      commit.start();
      commit.join(300);
      assertTrue(commit.isAlive(), "nothing comes through");
      assertEquals("0", written());
      cable.plug();
      commit.join();
      assertEquals("1", written());
    }
  }

  /** What has been swallowed is missing: the connection never becomes good again. */
  @Test
  void whatWasSwallowedNeverArrives() throws Exception {
    try (Connection connection = connect()) {
      insert(connection);
      cable.swallow();
      connection.setNetworkTimeout(Runnable::run, 1_000);
      assertThrows(SQLException.class, connection::commit);
      cable.plug();
      assertFalse(connection.isValid(1));
    }
    assertEquals("0", written());
  }

  @Test
  void aSlowCableDeliversAllTheSame() throws Exception {
    cable.slow(Duration.ofMillis(30));
    long start = System.nanoTime();
    try (Connection connection = connect()) {
      commitTimes(connection, 2);
    }
    assertTrue(System.nanoTime() - start > Duration.ofMillis(30 * 8).toNanos());
    assertEquals("2", written());
  }

  @Test
  void aConnectionThatIsHungUpOnIsOver() throws Exception {
    try (Connection client = connect();
        Connection server = connect()) {
      cable.hangUpOnClients();
      assertThrows(SQLException.class, () -> insert(client));
      cable.hangUpOnServer();
      assertThrows(SQLException.class, () -> insert(server));
    }
    try (Connection connection = connect()) {
      commitTimes(connection, 1);
    }
    assertEquals("1", written());
  }

  private static void commit(Connection connection) {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void commitTimes(Connection connection, int times) throws SQLException {
    for (int i = 0; i < times; i++) {
      insert(connection);
      connection.commit();
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO written VALUES (?)")) {
      insert.setInt(1, 1);
      insert.executeUpdate();
    }
  }

  /** Seen past the cable. */
  private static String written() throws SQLException {
    return DATABASE.value("SELECT count(*) FROM written");
  }

  private Connection connect() throws SQLException {
    Connection connection = through().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private PGSimpleDataSource through() {
    PGSimpleDataSource dataSource = (PGSimpleDataSource) DATABASE.dataSource();
    dataSource.setPortNumbers(new int[] {cable.port()});
    dataSource.setSslMode("disable");
    dataSource.setPrepareThreshold(2);
    return dataSource;
  }
}
