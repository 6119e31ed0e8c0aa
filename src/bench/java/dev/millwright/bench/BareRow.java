package dev.millwright.bench;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * The least that anybody can do to tell a state: one UPDATE with the driver on one connection, of a
 * table without history, triggers or other indices than that of its key.
 */
final class BareRow implements AutoCloseable {

  private static final String TABLE =
      """
      CREATE TABLE machines (
        id uuid PRIMARY KEY, status text, current_process_id uuid, state_since timestamptz,
        is_failure_mode boolean, failure_component uuid, failure_description text,
        updated_at timestamptz)
      """;

  private static final String UPDATE =
      """
      UPDATE machines SET status = ?, current_process_id = ?, state_since = ?, is_failure_mode = ?,
             failure_component = ?, failure_description = ?, updated_at = now()
       WHERE id = ?
      """;

  private final UUID id = UUID.randomUUID();
  private final Connection connection;
  private final PreparedStatement update;

  /**
   * @param database an empty one
   */
  BareRow(TestDatabase database) throws SQLException {
    database.execute(TABLE);
    database.execute("INSERT INTO machines (id) VALUES ('" + id + "')");
    connection = database.connect();
    update = connection.prepareStatement(UPDATE);
  }

  /**
   * Writes it.
   *
   * @return when it was committed, on the monotonic clock
   */
  long write(boolean processing) throws SQLException {
    update.setString(1, processing ? "processing" : "idle");
    update.setObject(2, processing ? UUID.randomUUID() : null, Types.OTHER);
    update.setObject(3, OffsetDateTime.now(ZoneOffset.UTC));
    update.setBoolean(4, false);
    update.setNull(5, Types.OTHER);
    update.setString(6, null);
    update.setObject(7, id);
    int rows = update.executeUpdate();
    if (rows != 1) {
      throw new IllegalStateException(rows + " rows were written instead of one");
    }
    return System.nanoTime();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
