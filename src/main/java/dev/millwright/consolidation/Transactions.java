package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Does work in one transaction, all or nothing. */
final class Transactions {

  private Transactions() {}

  /**
   * @param subject what is being done, for the error
   * @throws PlanException for whatever the database says, in the server's words
   */
  static <T> T run(DataSource dataSource, boolean readOnly, String subject, Work<T> work)
      throws PlanException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setReadOnly(readOnly);
      connection.setAutoCommit(false);
      try {
        T result = work.in(connection);
        connection.commit();
        return result;
      } catch (SQLException | PlanException | RuntimeException e) {
        undo(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw new PlanException(subject + ": " + words(e) + ". Nothing of it was changed", e);
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

  /** The message with its hint, without the server's line numbers. */
  private static String words(SQLException e) {
    String message = String.valueOf(e.getMessage());
    int where = message.indexOf("\n  Where:");
    String text = (where < 0 ? message : message.substring(0, where)).strip();
    return "55P03".equals(e.getSQLState())
        ? text + " (others use the table: run this again at a quieter time)"
        : text;
  }
}
