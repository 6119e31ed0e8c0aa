package dev.millwright.consolidation;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;

/** The rows of single machines in both old tables, by serial number. */
final class OldRows {

  private final TestDatabase database;

  OldRows(TestDatabase database) {
    this.database = database;
  }

  /** Writes as Millwright does; the status may bring more columns along. */
  void write(String serial, String status) throws SQLException {
    database.execute(
        "UPDATE machines SET status = '%s', state_seq = state_seq + 1, last_event = 'x',"
                .formatted(status)
            + " last_transition_id = gen_random_uuid(), state_since = clock_timestamp(),"
            + " updated_at = clock_timestamp() WHERE serial_number = '"
            + serial
            + "'");
  }

  void both(String serial, String status, String state) throws SQLException {
    database.execute(
        "UPDATE machines SET status = '%s' WHERE serial_number = '%s'".formatted(status, serial));
    state(serial, "current_state = '" + state + "'");
  }

  void state(String serial, String change) throws SQLException {
    database.execute(
        "UPDATE machine_state SET "
            + change
            + " FROM machines WHERE id = machine_id AND serial_number = '"
            + serial
            + "'");
  }

  String machine(String serial, String columns) throws SQLException {
    return database.value(
        "SELECT concat_ws(' ', "
            + columns
            + ") FROM machines WHERE serial_number = '"
            + serial
            + "'");
  }

  String stateOf(String serial, String columns) throws SQLException {
    return database.value(
        "SELECT concat_ws(' ', "
            + columns.replace(", ", ", state.").replaceFirst("^", "state.")
            + ") FROM machine_state AS state JOIN machines ON id = machine_id"
            + " WHERE serial_number = '"
            + serial
            + "'");
  }
}
