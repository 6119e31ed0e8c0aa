package dev.millwright.chaos;

import dev.millwright.audit.Conduct.ForeignWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Somebody with psql, or old code, who knows nothing of state_seq. */
final class ForeignWriter {

  /** What is set; each is legal for the table. */
  static final List<String> WRITES =
      List.of(
          "status = 'idle', current_process_id = NULL, is_failure_mode = false,"
              + " failure_description = NULL",
          "status = 'offline'",
          "status = 'error', is_failure_mode = true, current_process_id = NULL,"
              + " failure_description = 'said by hand'",
          "status = 'processing', current_process_id = gen_random_uuid(), is_failure_mode = false,"
              + " failure_description = NULL",
          "failure_description = coalesce(failure_description, '') || '!'");

  private static final String UPDATE =
      "UPDATE machines SET %s WHERE serial_number = ?"
          + " RETURNING state_seq, last_event = 'external' AND updated_at >= statement_timestamp()";

  private ForeignWriter() {}

  /** Writes, and puts it into the ledger where it has, or may have, changed anything. */
  static void write(World world, String machine, String set) {
    Instant from = Instant.now();
    try (Connection connection = world.postgres().dataSource().getConnection()) {
      try (PreparedStatement update = connection.prepareStatement(UPDATE.formatted(set))) {
        update.setString(1, machine);
        try (ResultSet row = update.executeQuery()) {
          if (row.next() && row.getBoolean(2)) {
            world.ledger().add(machine, new ForeignWrite(from, Instant.now(), row.getLong(1)));
          }
        }
      } catch (SQLException e) {
        world.ledger().add(machine, new ForeignWrite(from, Instant.now(), null));
      }
    } catch (SQLException e) {
      // The server is away: nothing was written.
    }
  }
}
