package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import javax.sql.DataSource;

/** Does work in one transaction, all or nothing. */
final class Transactions {

  static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** As the standard has it: transaction resolution unknown. */
  private static final String RESOLUTION_UNKNOWN = "08007";

  /** The server has ended the session and its transaction, as nothing was heard from here. */
  private static final String IDLE_IN_TRANSACTION = "25P03";

  /**
   * Others were in the way, and may not be the next time: serialization failure, deadlock, lock.
   */
  private static final Set<String> RETRIABLE = Set.of("40001", "40P01", LOCK_NOT_AVAILABLE);

  private Transactions() {}

  /**
   * Does it once.
   *
   * @param subject what is being done, for the error
   * @throws PlanException for whatever the database says, in the server's words
   */
  static <T> T run(DataSource dataSource, boolean readOnly, String subject, Work<T> work)
      throws PlanException {
    try {
      return attempt(dataSource, readOnly, subject, work);
    } catch (SQLException e) {
      throw failure(subject, e, "");
    }
  }

  /**
   * Does it, each time from the beginning, until nobody is in the way or the attempts are used up.
   *
   * @param work the work of each attempt, by its number
   */
  static <T> T runPatiently(
      DataSource dataSource, Patience patience, String subject, IntFunction<Work<T>> work)
      throws PlanException {
    for (int number = 1; ; number++) {
      try {
        return attempt(dataSource, false, subject, work.apply(number));
      } catch (SQLException e) {
        if (!RETRIABLE.contains(String.valueOf(e.getSQLState()))) {
          throw failure(subject, e, "");
        } else if (number == patience.attempts()) {
          throw failure(subject, e, inTheWay(dataSource, number));
        }
      }
      pause(patience, number, subject);
    }
  }

  private static <T> T attempt(
      DataSource dataSource, boolean readOnly, String subject, Work<T> work)
      throws SQLException, PlanException {
    try (Connection connection = connect(dataSource, subject)) {
      connection.setReadOnly(readOnly);
      connection.setAutoCommit(false);
      try {
        T result = work.in(connection);
        commit(connection);
        return result;
      } catch (SQLException | PlanException | RuntimeException e) {
        undo(connection, e);
        throw e;
      }
    }
  }

  private static Connection connect(DataSource dataSource, String subject) throws PlanException {
    try {
      return dataSource.getConnection();
    } catch (SQLException e) {
      throw PlanException.connecting(subject + ": " + words(e), e);
    }
  }

  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      // A refused commit leaves the connection as it is; one whose answer is lost may have gone
      // through, but not where the server had stopped waiting for it.
      throw connection.isClosed() && !IDLE_IN_TRANSACTION.equals(e.getSQLState())
          ? new SQLException("the connection was lost in the commit", RESOLUTION_UNKNOWN, e)
          : e;
    }
  }

  private static void pause(Patience patience, int number, String subject) throws PlanException {
    try {
      Thread.sleep(patience.pause().multipliedBy(number).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlanException(subject + ": stopped on request. Nothing of it was changed", e);
    }
  }

  private static void undo(Connection connection, Exception reason) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and the transaction with it: the first error says why.
      reason.addSuppressed(e);
    }
  }

  private static PlanException failure(String subject, SQLException e, String more) {
    String outcome =
        RESOLUTION_UNKNOWN.equals(e.getSQLState())
            ? ", so it may have been done or not: run this again, which does only what is not done"
            : ". Nothing of it was changed";
    return new PlanException(subject + ": " + words(e) + outcome + more, e);
  }

  /** The message with its hint, without the server's line numbers and a last full stop. */
  private static String words(SQLException e) {
    String message = String.valueOf(e.getMessage());
    int where = message.indexOf("\n  Where:");
    String text =
        (where < 0 ? message : message.substring(0, where)).strip().replaceFirst("\\.$", "");
    return switch (String.valueOf(e.getSQLState())) {
      case INSUFFICIENT_PRIVILEGE ->
          text + " (plans are for the role that owns the tables: name it with user=…, or grant it)";
      case IDLE_IN_TRANSACTION ->
          text
              + " (this program or its host stood still in the middle of the work, or the network"
              + " did, and the plant does not wait for that: run this again)";
      default -> text;
    };
  }

  /** Who has been at work for longest, as the one who is in the way most likely is. */
  private static String inTheWay(DataSource dataSource, int attempts) {
    StringJoiner sessions = new StringJoiner("\n  - ", "\n  - ", "").setEmptyValue("");
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT format('pid %s, user %s, application "%s", from %s: %s for %s', pid, usename,
                              application_name, coalesce(host(client_addr), 'this host'), state,
                              date_trunc('second', clock_timestamp() - xact_start))
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                   AND backend_type = 'client backend' AND xact_start IS NOT NULL
                 ORDER BY xact_start LIMIT 3
                """)) {
      while (row.next()) {
        sessions.add(row.getString(1));
      }
    } catch (SQLException e) {
      sessions.add("who, could not be asked: " + e.getMessage());
    }
    return ". Others use the tables; tried "
        + attempts
        + " times. Run this again at a quieter time. The oldest open transactions:"
        + (sessions.length() == 0 ? " none now" : sessions.toString());
  }
}
