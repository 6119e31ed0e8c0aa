package dev.millwright.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.tinylog.Logger;

/**
 * Sends transitions: all of them as one batch with one commit; if that fails for anything but the
 * connection or the server, nothing of it stands, and they are sent again one by one. Its
 * connection is in auto-commit exactly where there is one transition alone: it commits itself.
 *
 * <p>A transition that fails by itself is refused where the SQLSTATE blames its values. Any other
 * error, as of a site's own trigger, a deadlock or a statement that takes too long, is that
 * machine's own trouble, and it is to be sent again later, unless it is the database that is wrong
 * (schema gone, no right) or does not answer. That is so if what we ask of the database fails for
 * no machine at all as well, or if each of several machines fails: then the error is thrown. A
 * machine that is alone in its batch thus holds nobody back either.
 */
final class Delivery {

  /** SQLSTATE 55P03: lock_timeout has passed. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** SQLSTATE 57014: statement_timeout has passed, or a person has cancelled the statement. */
  private static final String CANCELLED = "57014";

  /** SQLSTATE 40003: alone in its class it does not say that all was rolled back. */
  private static final String COMPLETION_UNKNOWN = "40003";

  /**
   * Where one row is locked many may be, and a second for each of them would hold up everybody.
   * Until the transaction ends.
   */
  private static final String WAIT_BRIEFLY = "SET LOCAL lock_timeout = '50ms'";

  /** The same for rows whose writing takes too long, whose triggers may hang. */
  private static final String ANSWER_BRIEFLY = "SET LOCAL statement_timeout = '500ms'";

  /** So many rows that take too long one by one, and the rest has its turn in the next batch. */
  private static final int CANCELLED_MOST = 3;

  private final Connection connection;
  private final Update update;

  /** Statements that took too long. */
  private int cancelled;

  Delivery(Connection connection) {
    this.connection = connection;
    this.update = new Update(connection);
  }

  List<Outcome> deliver(List<Addressed> batch) throws SQLException {
    try {
      List<Outcome> outcomes = update.send(batch);
      if (!connection.getAutoCommit()) {
        // In here too: a deferred constraint speaks only now.
        connection.commit();
      }
      return outcomes;
    } catch (SQLException e) {
      if (isOfTheServer(e)) {
        throw e;
      }
      undo(e);
      cancelled += CANCELLED.equals(e.getSQLState()) ? 1 : 0;
      Outcome alone = alone(e);
      return batch.size() == 1 ? List.of(alone) : separately(batch, alone, e);
    }
  }

  /** Whether it would be the same for any transition, or what became of them is not known. */
  private static boolean isOfTheServer(SQLException e) {
    return switch (Trouble.of(e)) {
      case AWAY, READ_ONLY -> true;
      // What was rolled back for another's sake, or took too long, is that of the rows in it.
      case BUSY -> COMPLETION_UNKNOWN.equals(e.getSQLState());
      // OTHER too: a damaged page (class XX) is that of one row.
      case CONTENT, SCHEMA, PERMISSION, OTHER -> false;
    };
  }

  private static boolean isLocked(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  /** Fails where the connection is no longer alive. What commits itself has undone itself. */
  private void undo(SQLException why) throws SQLException {
    if (connection.getAutoCommit()) {
      return;
    }
    try {
      connection.rollback();
    } catch (SQLException dead) {
      dead.addSuppressed(why);
      throw dead;
    }
  }

  /** What an error means for a transition that was sent alone; fails if the database is wrong. */
  private Outcome alone(SQLException e) throws SQLException {
    if (isLocked(e)) {
      return Outcome.LOCKED;
    }
    if (Trouble.of(e) == Trouble.CONTENT) {
      return Outcome.refused(words(e));
    }
    try {
      update.sendForNobody();
    } catch (SQLException wrong) {
      wrong.addSuppressed(e);
      throw wrong;
    }
    undo(e);
    return Outcome.troubled(words(e));
  }

  private List<Outcome> separately(List<Addressed> batch, Outcome first, SQLException e)
      throws SQLException {
    if (first.kind() == Outcome.Kind.REFUSED) {
      Logger.warn(
          "one of {} transitions is refused, so they go one by one: {}", batch.size(), words(e));
    }
    List<Outcome> outcomes = oneByOne(batch);
    boolean several = batch.stream().map(Addressed::machineId).distinct().count() > 1;
    if (several && outcomes.stream().allMatch(Delivery::isTroubled)) {
      throw new EachRowFailsException(words(e), e);
    }
    return outcomes;
  }

  private static boolean isTroubled(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.LATER && !outcome.equals(Outcome.LOCKED);
  }

  private List<Outcome> oneByOne(List<Addressed> batch) throws SQLException {
    List<Outcome> outcomes = new ArrayList<>();
    // What became of the first transition of a machine that was not written.
    Map<UUID, Outcome> behind = new HashMap<>();
    boolean locks = false;
    int before = cancelled;
    for (Addressed addressed : batch) {
      Outcome outcome = behind.get(addressed.machineId());
      if (outcome == null && cancelled - before >= CANCELLED_MOST) {
        outcome = Outcome.UNTRIED;
      } else if (outcome == null) {
        limit(locks, WAIT_BRIEFLY);
        limit(cancelled > 0, ANSWER_BRIEFLY);
        outcome = deliver(List.of(addressed)).get(0);
        locks |= outcome.equals(Outcome.LOCKED);
        if (!outcome.stands()) {
          boolean later = outcome.kind() == Outcome.Kind.LATER;
          behind.put(addressed.machineId(), later ? outcome : Outcome.BASE_LOST);
        }
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /** For the transaction that begins now. */
  private void limit(boolean wanted, String limit) throws SQLException {
    if (wanted) {
      try (Statement set = connection.createStatement()) {
        set.execute(limit);
      }
    }
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
