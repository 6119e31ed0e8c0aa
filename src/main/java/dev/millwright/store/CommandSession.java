package dev.millwright.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.postgresql.PGConnection;

/**
 * A connection that reads, claims and ends commands, and hears of new ones. Not safe for use by
 * several threads. Each call is a transaction of its own; after an SQLException it may have taken
 * effect all the same, so {@link #claim} and {@link #end} can be sent again with no other effect.
 */
public final class CommandSession implements AutoCloseable {

  /** How large the parameters of a command may be, in bytes. */
  public static final int MAX_PARAMETERS = 65_536;

  /**
   * Rows that somebody keeps locked are left out; what else may be locked is waited for so long. A
   * statement that still waited when this side has given up would keep its connection of the
   * server.
   */
  private static final String LIMIT = "SET lock_timeout = 1000";

  private final Connection connection;
  private final PGConnection notifications;

  CommandSession(Connection connection) throws SQLException {
    this.connection = connection;
    this.notifications = connection.unwrap(PGConnection.class);
    try (Statement statement = connection.createStatement()) {
      statement.execute(LIMIT);
      statement.execute("LISTEN recipe_commands");
    }
  }

  /**
   * Waits for news of a command.
   *
   * <p>What it does not hear proves nothing: on a dead connection it is silent, and only a
   * statement finds that out (FIELD 23).
   *
   * @param atMost 1 ms or more
   * @return whether there was any
   */
  public boolean await(Duration atMost) throws SQLException {
    int millis = (int) Math.max(1, atMost.toMillis());
    return notifications.getNotifications(millis).length > 0;
  }

  /**
   * Pending commands for these machines and for any machine: stops first, then those for a machine
   * of these, each in the order of their making.
   *
   * @param machines serial numbers
   * @param most how many
   */
  public List<CommandRow> pending(Collection<String> machines, Duration timeToLive, int most)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(CommandSql.PENDING)) {
      select.setDouble(1, seconds(timeToLive));
      select.setArray(2, texts(machines, machine -> machine));
      select.setInt(3, most);
      return rows(select);
    }
  }

  /**
   * Claims rows that are pending; one that has this very claim already is claimed too, so that
   * nobody has to know whether an earlier attempt arrived. One that somebody has locked is left out
   * for now.
   *
   * @return those that have their claims now
   */
  public List<CommandRow> claim(Collection<CommandClaim> claims, Duration timeToLive)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(CommandSql.CLAIM)) {
      update.setArray(1, uuids(claims, CommandClaim::command));
      update.setArray(2, texts(claims, CommandClaim::machine));
      update.setArray(3, uuids(claims, CommandClaim::claim));
      update.setDouble(4, seconds(timeToLive));
      return rows(update);
    }
  }

  /** Which of these are pending. */
  public Set<UUID> stillPending(Collection<UUID> commands) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(CommandSql.STILL_PENDING)) {
      select.setArray(1, uuids(commands, command -> command));
      return ids(select);
    }
  }

  /**
   * Ends a command that nobody has claimed.
   *
   * @return false when somebody has, or has ended it, or keeps it locked
   */
  public boolean refuse(UUID command, String why) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(CommandSql.REFUSE)) {
      update.setString(1, storable(why));
      update.setObject(2, command);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Writes how commands ended. Those that are no longer processing by their claim stay as they are,
   * and those that somebody has locked do for now: see {@link #stillProcessing}.
   *
   * @return those that were
   */
  public Set<UUID> end(Collection<CommandEnd> ends) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(CommandSql.END)) {
      update.setArray(1, uuids(ends, CommandEnd::command));
      update.setArray(2, uuids(ends, CommandEnd::claim));
      update.setArray(3, texts(ends, end -> end.completed() ? "completed" : "error"));
      update.setArray(4, texts(ends, end -> storable(end.message())));
      update.setArray(5, uuids(ends, CommandEnd::process));
      return ids(update);
    }
  }

  /** Which of these are processing by their claim. */
  public Set<UUID> stillProcessing(Collection<CommandEnd> ends) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(CommandSql.STILL_PROCESSING)) {
      select.setArray(1, uuids(ends, CommandEnd::command));
      select.setArray(2, uuids(ends, CommandEnd::claim));
      return ids(select);
    }
  }

  /** PostgreSQL keeps no text with a zero character. */
  private static String storable(String text) {
    return text == null ? null : text.replace('\0', ' ');
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private <T> Array uuids(Collection<T> values, Function<T, UUID> of) throws SQLException {
    return connection.createArrayOf("uuid", values.stream().map(of).toArray());
  }

  private <T> Array texts(Collection<T> values, Function<T, String> of) throws SQLException {
    return connection.createArrayOf("text", values.stream().map(of).toArray());
  }

  private static Set<UUID> ids(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      Set<UUID> ids = new HashSet<>();
      while (row.next()) {
        ids.add(row.getObject(1, UUID.class));
      }
      return ids;
    }
  }

  private static List<CommandRow> rows(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      List<CommandRow> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(
            new CommandRow(
                row.getObject("id", UUID.class),
                row.getString("machine"),
                row.getString("type"),
                row.getString("parameters"),
                row.getObject("process_id", UUID.class),
                row.getString("batch_id"),
                row.getString("operator"),
                row.getString("reason"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("expired")));
      }
      return rows;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
