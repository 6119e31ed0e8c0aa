package dev.millwright.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The way to table {@code recipe_commands}. */
public final class CommandStore {

  private final DataSource dataSource;
  private final Duration patience;

  /**
   * @param dataSource without a pool: a session listens, and so keeps a connection of its own
   * @param patience see {@link DatabaseSettings#patience}
   */
  public CommandStore(DataSource dataSource, Duration patience) {
    this.dataSource = dataSource;
    this.patience = patience;
  }

  /** How long one piece of work may rightly take: a thread that is silent for longer hangs. */
  public Duration patience() {
    return patience;
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
