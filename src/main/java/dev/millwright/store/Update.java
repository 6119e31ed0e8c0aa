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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The one UPDATE (I1), for many transitions in one round trip; commits nothing. */
final class Update {

  private final Connection connection;

  Update(Connection connection) {
    this.connection = connection;
  }

  /**
   * What became of each, in the same order, if the transaction is committed. One with a value that
   * cannot be written down is refused here, and what follows on it is not tried.
   */
  List<Outcome> send(List<Addressed> batch) throws SQLException {
    Outcome[] outcomes = new Outcome[batch.size()];
    int[] counts;
    try (PreparedStatement update = connection.prepareStatement(Sql.UPDATE)) {
      Set<UUID> behind = new HashSet<>();
      for (int i = 0; i < outcomes.length; i++) {
        Addressed addressed = batch.get(i);
        outcomes[i] =
            behind.contains(addressed.machineId()) ? Outcome.BASE_LOST : add(update, addressed);
        if (outcomes[i] != null) {
          behind.add(addressed.machineId());
        }
      }
      counts = update.executeBatch();
    }
    settle(outcomes, batch, counts);
    return List.of(outcomes);
  }

  /** Null unless it is refused. */
  private static Outcome add(PreparedStatement update, Addressed addressed) throws SQLException {
    try {
      bind(update, addressed);
    } catch (RuntimeException e) {
      return Outcome.refused(
          "a value of it cannot be written down: "
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage());
    }
    update.addBatch();
    return null;
  }

  /** Fills in what became of those that were sent, in whose order the counts are. */
  private void settle(Outcome[] outcomes, List<Addressed> batch, int[] counts) throws SQLException {
    List<UUID> unwritten = new ArrayList<>();
    int sent = 0;
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] == null) {
        if (counts[sent++] == 1) {
          outcomes[i] = Outcome.WRITTEN;
        } else {
          unwritten.add(batch.get(i).transition().id());
        }
      }
    }
    Map<UUID, Addressee> delivered = unwritten.isEmpty() ? Map.of() : delivered(unwritten);
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] == null) {
        outcomes[i] = unwritten(batch.get(i), delivered);
      }
    }
  }

  /**
   * Fails where this would fail for any machine: plans both statements and has the rights to them
   * checked, but finds no row.
   */
  void sendForNobody() throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(Sql.UPDATE)) {
      int parameters = update.getParameterMetaData().getParameterCount();
      for (int i = 1; i <= parameters; i++) {
        update.setNull(i, Types.OTHER);
      }
      update.executeUpdate();
    }
    // The history, which the row's trigger writes.
    delivered(List.of());
  }

  private static Outcome unwritten(Addressed addressed, Map<UUID, Addressee> delivered) {
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
}
