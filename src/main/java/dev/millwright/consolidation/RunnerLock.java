package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Keeps two runners off the same schema: an advisory lock that ends with the transaction, whatever
 * ends that, and so also holds through a connection pool that lends connections per transaction.
 */
final class RunnerLock {

  /** The first of the lock's two numbers ("MILL"); the second stands for the schema. */
  private static final int CLASS = 0x4D494C4C;

  private static final String KEY = CLASS + ", hashtext(current_schema())";

  /** Between two statements a runner only thinks: that takes milliseconds. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private RunnerLock() {}

  /**
   * Waits for the lock, then limits how long each of the transaction's own statements waits for the
   * locks that it needs, and how long it goes on when this process is not heard any more.
   *
   * @throws PlanException when another runner holds it all the while; it is named
   */
  static void take(Connection connection, Patience patience) throws SQLException, PlanException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + patience.runnerWait().toMillis());
      statement.execute("SELECT pg_advisory_xact_lock(" + KEY + ")");
      statement.execute("SET LOCAL lock_timeout = " + patience.lockTimeout().toMillis());
      limitSilence(statement);
    } catch (SQLException e) {
      if (!Transactions.LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback();
      throw new PlanException(
          String.format(
              "another runner is at work in this database: %s. Waited %d s; wait for it to end, or"
                  + " end it with pg_terminate_backend, and run this again",
              holder(connection), patience.runnerWait().toSeconds()),
          e);
    }
  }

  /**
   * The plant waits for the locks of a runner that is not heard any more. One that was killed in a
   * long statement closes its connection, which the server looks at from 14 on; one that is stopped
   * or whose network is gone does not, and its session is between two statements, or answers one.
   */
  private static void limitSilence(Statement statement) throws SQLException {
    statement.execute(
        "SELECT set_config(name, milliseconds, true) FROM pg_settings JOIN (VALUES"
            + " ('client_connection_check_interval', '1000'),"
            + (" ('idle_in_transaction_session_timeout', '" + SILENCE.toMillis() + "'),")
            + (" ('tcp_user_timeout', '" + SILENCE.toMillis() + "')")
            + ") AS wanted (name, milliseconds) USING (name)");
  }

  private static String holder(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT pid, usename, application_name, client_addr::text"
                    + " FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)"
                    + " WHERE locktype = 'advisory' AND granted AND objsubid = 2"
                    + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                    + (" AND classid::bigint = " + CLASS)
                    + " AND objid::bigint = hashtext(current_schema())::bigint & 4294967295")) {
      if (!row.next()) {
        return "one that has ended just now";
      }
      String address = row.getString(4);
      return String.format(
          "pid %d, user %s, application \"%s\", from %s",
          row.getInt(1),
          row.getString(2),
          row.getString(3),
          address == null ? "this host" : address);
    }
  }
}
