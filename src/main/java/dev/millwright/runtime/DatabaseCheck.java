package dev.millwright.runtime;

import java.sql.SQLException;
import java.util.List;

/** Says in words how the database differs from the one that this version can write to. */
@FunctionalInterface
public interface DatabaseCheck {

  /**
   * Asks the database.
   *
   * @return one line for each difference or missing right; empty when the database fits
   * @throws SQLException when the database cannot be asked now
   */
  List<String> differences() throws SQLException;
}
