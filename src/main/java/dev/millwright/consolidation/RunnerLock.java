package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps two runners off the same schema: an advisory lock that ends with the transaction, whatever
 * ends that, and so also holds through a connection pool that lends connections per transaction.
 */
final class RunnerLock {

  /** The first of the lock's two numbers ("MILL"); the second stands for the schema. */
  private static final int CLASS = 0x4D494C4C;

  private static final String KEY = CLASS + ", hashtext(current_schema())";

  private RunnerLock() {}

  /**
   * Waits for the lock, then limits how long each of the transaction's own statements waits for the
   * locks that it needs, and how long it goes on when this process has died.
   *
   * @throws PlanException when another runner holds it all the while; it is named
   */
  static void take(Connection connection, Patience patience) throws SQLException, PlanException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + patience.runnerWait().toMillis());
      statement.execute("SELECT pg_advisory_xact_lock(" + KEY + ")");
      statement.execute("SET LOCAL lock_timeout = " + patience.lockTimeout().toMillis());
      // A long statement of a runner that was killed would hold its locks to the end: from 14 on.
      statement.execute(
          "SELECT set_config(name, '1000', true) FROM pg_settings"
              + " WHERE name = 'client_connection_check_interval'");
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
