package dev.millwright.store;

import java.sql.SQLException;

/**
 * None of several machines' rows can be written, for an error that is not in the values, though the
 * database answers and what the daemon itself needs is there. Other machines' rows may be writable.
 */
public final class EachRowFailsException extends SQLException {

  private static final long serialVersionUID = 1L;

  /**
   * @param words the server's, in one line, with the SQLSTATE
   */
  EachRowFailsException(String words, SQLException why) {
    super(words, why.getSQLState());
    addSuppressed(why);
  }
}
