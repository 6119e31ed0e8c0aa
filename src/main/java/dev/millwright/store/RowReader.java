package dev.millwright.store;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Turns result sets into values. */
final class RowReader {

  /** Other writers set is_failure_mode and say nothing; a failure of ours always says something. */
  private static final String NO_DESCRIPTION = "no description recorded";

  private RowReader() {}

  static Rows rows(ResultSet row) throws SQLException {
    Map<String, Row> readable = new LinkedHashMap<>();
    Map<String, String> unreadable = new LinkedHashMap<>();
    while (row.next()) {
      String serial = row.getString("serial_number");
      try {
        readable.put(serial, row(serial, row));
      } catch (IllegalArgumentException e) {
        unreadable.put(
            serial, "row of machine " + serial + " cannot be understood: " + e.getMessage());
      }
    }
    return new Rows(readable, unreadable);
  }

  static HistoryRow historyRow(ResultSet row) throws SQLException {
    return new HistoryRow(
        row.getLong("state_seq"),
        row.getObject("transition_id", UUID.class),
        row.getString("event"),
        row.getString("from_status"),
        row.getString("to_status"),
        row.getObject("process_id", UUID.class),
        instant(row, "occurred_at"),
        instant(row, "recorded_at"),
        row.getString("detail"));
  }

  private static Row row(String serial, ResultSet row) throws SQLException {
    return new Row(
        row.getObject("id", UUID.class),
        serial,
        state(row),
        row.getString("last_event"),
        row.getObject("last_transition_id", UUID.class),
        number(row.getString("cycle")),
        row.getString("recipe"),
        batch(row.getString("batch")),
        instant(row, "updated_at"),
        row.getString("last_detail"),
        row.getString("progress"));
  }

  private static MachineState state(ResultSet row) throws SQLException {
    return new MachineState(
        row.getLong("state_seq"),
        Status.of(row.getString("status")),
        row.getObject("current_process_id", UUID.class),
        instant(row, "state_since"),
        row.getBoolean("is_failure_mode")
            ? failure(row.getString("component"), row.getString("failure_description"))
            : null);
  }

  private static Failure failure(String component, String description) {
    return new Failure(
        component, description == null || description.isBlank() ? NO_DESCRIPTION : description);
  }

  /** Null where another writer has put something longer than any of ours. */
  private static String batch(String text) {
    return text == null || text.length() > Detail.MAX_BATCH ? null : text;
  }

  /** Null where another writer has put something that is no count. */
  private static Long number(String text) {
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Null also for infinity, which other writers may use, and which is no moment. */
  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null || time.equals(OffsetDateTime.MIN) || time.equals(OffsetDateTime.MAX)
        ? null
        : time.toInstant();
  }
}
