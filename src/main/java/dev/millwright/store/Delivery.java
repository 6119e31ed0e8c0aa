package dev.millwright.store;

import dev.millwright.machine.MachineState;
import dev.millwright.machine.Transition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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

  Delivery(Connection connection) {
    this.connection = connection;
  }

  List<Outcome> deliver(List<Addressed> batch) throws SQLException {
    List<Outcome> outcomes;
    try {
      outcomes = send(batch);
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

  private List<Outcome> send(List<Addressed> batch) throws SQLException {
    int[] counts;
    try (PreparedStatement update = connection.prepareStatement(Sql.UPDATE)) {
      for (Addressed addressed : batch) {
        bind(update, addressed);
        update.addBatch();
      }
      counts = update.executeBatch();
    }
    List<UUID> unwritten = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 0) {
        unwritten.add(batch.get(i).transition().id());
      }
    }
    Map<UUID, Addressee> delivered = unwritten.isEmpty() ? Map.of() : delivered(unwritten);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      outcomes.add(outcome(counts[i], batch.get(i), delivered));
    }
    return outcomes;
  }

  private static Outcome outcome(int count, Addressed addressed, Map<UUID, Addressee> delivered) {
    if (count == 1) {
      return Outcome.WRITTEN;
    }
    Addressee meant = new Addressee(addressed.machineId(), addressed.transition().to().seq());
    return meant.equals(delivered.get(addressed.transition().id()))
        ? Outcome.ALREADY
        : Outcome.MOVED_ON;
  }

  /** Where a transition is in the history. */
  private record Addressee(UUID machineId, long seq) {}

  private Map<UUID, Addressee> delivered(List<UUID> transitionIds) throws SQLException {
    Map<UUID, Addressee> delivered = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(Sql.DELIVERED)) {
      select.setArray(1, connection.createArrayOf("uuid", transitionIds.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          delivered.put(
              row.getObject(3, UUID.class),
              new Addressee(row.getObject(1, UUID.class), row.getLong(2)));
        }
      }
    }
    return delivered;
  }

  private static void bind(PreparedStatement update, Addressed addressed) throws SQLException {
    Transition transition = addressed.transition();
    MachineState to = transition.to();
    boolean failed = to.failure() != null;
    update.setString(1, to.status().word());
    update.setObject(2, to.processId(), Types.OTHER);
    update.setObject(3, timestamp(to.since()), Types.TIMESTAMP_WITH_TIMEZONE);
    update.setBoolean(4, failed);
    update.setString(5, failed ? to.failure().description() : null);
    update.setBoolean(6, transition.keepsFailure());
    update.setString(7, failed ? to.failure().component() : null);
    update.setString(8, transition.event());
    update.setObject(9, transition.id(), Types.OTHER);
    update.setString(10, DetailJson.of(transition));
    update.setObject(11, addressed.machineId(), Types.OTHER);
    update.setLong(12, transition.from().seq());
    update.setObject(13, addressed.after(), Types.OTHER);
  }

  /**
   * Cut to the column's microseconds here, as the driver would round, sometimes into the future.
   */
  private static OffsetDateTime timestamp(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
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
