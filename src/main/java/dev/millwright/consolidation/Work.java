package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.SQLException;

/** What is done within one transaction. */
interface Work<T> {
  T in(Connection connection) throws SQLException, PlanException;
}
