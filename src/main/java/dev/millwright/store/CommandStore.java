package dev.millwright.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The way to table {@code recipe_commands}. */
public final class CommandStore {

  private final DataSource dataSource;

  /**
   * @param dataSource without a pool: a session listens, and so keeps a connection of its own
   */
  public CommandStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Connects, and listens from then on. */
  public CommandSession open() throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      return new CommandSession(connection);
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }
}
