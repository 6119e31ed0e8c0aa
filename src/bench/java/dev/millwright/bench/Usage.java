package dev.millwright.bench;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;

/**
 * What a database did, as the server counts it.
 *
 * @param commits also those of other sessions, such as autovacuum's
 * @param updates of rows of user tables
 * @param hot how many of the updates touched no index
 */
record Usage(double commits, double updates, double hot) {

  /** A session tells what it did at most a second later, or when it ends. */
  private static final long TOLD_MILLIS = 1_500;

  /** Returns when all that was done before this call is counted. */
  static void awaitTold() throws InterruptedException {
    Thread.sleep(TOLD_MILLIS);
  }

  static Usage of(TestDatabase database) throws SQLException {
    return new Usage(
        number(
            database,
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
        number(database, "SELECT coalesce(sum(n_tup_upd), 0) FROM pg_stat_user_tables"),
        number(database, "SELECT coalesce(sum(n_tup_hot_upd), 0) FROM pg_stat_user_tables"));
  }

  private static double number(TestDatabase database, String sql) throws SQLException {
    return Double.parseDouble(database.value(sql));
  }

  /** For each of so many transitions since then. */
  Usage since(Usage before, double transitions) {
    return new Usage(
        (commits - before.commits) / transitions,
        (updates - before.updates) / transitions,
        (hot - before.hot) / transitions);
  }
}
