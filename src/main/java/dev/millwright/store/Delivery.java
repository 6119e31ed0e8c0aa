package dev.millwright.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.tinylog.Logger;

/**
 * Sends transitions: all of them as one batch with one commit; if one of them makes the server
 * refuse the whole, nothing of it stands, and they are sent again one by one. Its connection is not
 * in auto-commit.
 */
final class Delivery {

  /** SQLSTATE 55P03: lock_timeout has passed. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Connection connection;
  private final Update update;

  Delivery(Connection connection) {
    this.connection = connection;
    this.update = new Update(connection);
  }

  List<Outcome> deliver(List<Addressed> batch) throws SQLException {
    List<Outcome> outcomes;
    try {
      outcomes = update.send(batch);
    } catch (SQLException e) {
      boolean locked = LOCK_NOT_AVAILABLE.equals(e.getSQLState());
      if (!locked && Trouble.of(e) != Trouble.CONTENT) {
        throw e;
      }
      connection.rollback();
      if (batch.size() == 1) {
        return List.of(locked ? Outcome.LOCKED : Outcome.refused(words(e)));
      }
      if (!locked) {
        Logger.warn(
            "one of {} transitions is refused, so they go one by one: {}", batch.size(), words(e));
      }
      return oneByOne(batch);
    }
    connection.commit();
    return outcomes;
  }

  private List<Outcome> oneByOne(List<Addressed> batch) throws SQLException {
    List<Outcome> outcomes = new ArrayList<>();
    // What became of the first transition of a machine that was not written.
    Map<UUID, Outcome> behind = new HashMap<>();
    for (Addressed addressed : batch) {
      Outcome outcome = behind.get(addressed.machineId());
      if (outcome == null) {
        outcome = deliver(List.of(addressed)).get(0);
        if (!outcome.stands()) {
          boolean later = outcome.kind() == Outcome.Kind.LATER;
          behind.put(addressed.machineId(), later ? outcome : Outcome.BASE_LOST);
        }
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /**
   * The server's own words in one line: a batch's exception wraps them in a copy of the whole
   * statement, and the server adds which line of which function it was at.
   */
  private static String words(SQLException e) {
    SQLException said = e.getNextException() == null ? e : e.getNextException();
    String message = String.valueOf(said.getMessage()).replaceFirst("(?s)\n  Where:.*", "");
    return message.replaceAll("\\s*\\n\\s*", "; ") + " (SQLSTATE " + said.getSQLState() + ")";
  }
}
