package dev.millwright.journal;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Order;
import dev.millwright.machine.Pulses;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

/** Between the journal's rows and values; the order of columns is that of {@link Sql}. */
final class Codec {

  /** What an empty reason means: see {@link Sql#QUARANTINE_NEXT}. */
  private static final String FOLLOWS = "it follows on one that is in quarantine";

  private Codec() {}

  static void bind(PreparedStatement insert, Tail tail, Transition t) throws SQLException {
    Detail detail = t.detail();
    Window window = detail.inferred();
    insert.setString(1, tail.machine());
    insert.setString(2, tail.rowId().toString());
    insert.setString(3, text(tail.transitionId()));
    insert.setString(4, t.id().toString());
    insert.setString(5, t.event());
    insert.setLong(6, t.from().seq());
    int next = state(insert, 7, t.from());
    next = state(insert, next, t.to());
    insert.setString(next++, detail.source());
    insert.setString(next++, detail.recipe());
    insert.setString(next++, detail.reason());
    insert.setObject(next++, detail.cycle());
    insert.setLong(next++, detail.missedRuns());
    insert.setBoolean(next++, window != null);
    insert.setString(next++, text(window == null ? null : window.after()));
    insert.setString(next++, text(window == null ? null : window.before()));
    insert.setBoolean(next++, detail.outcomeUnknown());
    insert.setBoolean(next++, detail.sameRun());
    insert.setLong(next++, detail.voided());
    insert.setString(next++, detail.batch());
    bind(insert, next, detail.order());
  }

  private static void bind(PreparedStatement insert, int first, Order order) throws SQLException {
    Pulses pulses = order == null ? null : order.pulses();
    insert.setString(first, order == null ? null : order.command().toString());
    insert.setString(first + 1, order == null ? null : order.operator());
    insert.setString(first + 2, order == null ? null : order.reason());
    insert.setString(first + 3, order == null ? null : order.recipeHash());
    insert.setObject(first + 4, pulses == null ? null : pulses.count());
    insert.setObject(first + 5, pulses == null ? null : pulses.worst().toNanos());
    insert.setObject(first + 6, pulses == null ? null : pulses.p999().toNanos());
  }

  static void bind(PreparedStatement upsert, Known known) throws SQLException {
    Memory memory = known.memory();
    upsert.setString(1, known.machine());
    upsert.setString(2, known.rowId().toString());
    upsert.setLong(3, known.state().seq());
    int next = state(upsert, 4, known.state());
    upsert.setString(next++, text(known.transitionId()));
    upsert.setObject(next++, memory.runs());
    upsert.setObject(next++, memory.counter());
    upsert.setString(next++, memory.recipe());
    upsert.setString(next++, text(memory.lastContact()));
    upsert.setString(next++, text(memory.agreedAt()));
    upsert.setBoolean(next++, memory.inDoubt());
    upsert.setString(next++, text(memory.process()));
    upsert.setLong(next++, memory.voided());
    upsert.setString(next, memory.batch());
  }

  static void bind(PreparedStatement upsert, DriveRecord drive) throws SQLException {
    upsert.setString(1, drive.machine());
    upsert.setString(2, drive.shown().name());
    upsert.setLong(3, drive.runs());
    upsert.setString(4, text(drive.since()));
    upsert.setBoolean(5, drive.safe());
    upsert.setString(6, drive.fault());
    upsert.setString(7, drive.recipe());
    upsert.setString(8, drive.parameters());
    upsert.setString(9, drive.batch());
    upsert.setString(10, drive.step());
    bind(upsert, 11, drive.order());
  }

  /** Null, after that was told, where nothing can be made of the row. */
  static DriveRecord drive(ResultSet row, Consumer<Unreadable> told) throws SQLException {
    return read(Codec::drive, row, null, told);
  }

  private static DriveRecord drive(ResultSet row) throws SQLException {
    return new DriveRecord(
        row.getString("machine"),
        Shown.valueOf(row.getString("shown")),
        row.getLong("runs"),
        instant(row, "since"),
        row.getBoolean("safe"),
        row.getString("fault"),
        row.getString("recipe"),
        row.getString("parameters"),
        row.getString("batch"),
        row.getString("step"),
        order(row));
  }

  /** Binds five columns; returns the next index. */
  private static int state(PreparedStatement statement, int first, MachineState state)
      throws SQLException {
    Failure failure = state.failure();
    statement.setString(first, state.status().word());
    statement.setString(first + 1, text(state.processId()));
    statement.setString(first + 2, text(state.since()));
    statement.setString(first + 3, failure == null ? null : failure.component());
    statement.setString(first + 4, failure == null ? null : failure.description());
    return first + 5;
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Null, after that was told, where no entry can be made of the row. */
  static Entry entry(ResultSet row, Consumer<Unreadable> told) throws SQLException {
    return read(Codec::entry, row, row.getLong("id"), told);
  }

  /** Null, after that was told, where nothing can be made of the row. */
  static Known known(ResultSet row, Consumer<Unreadable> told) throws SQLException {
    return read(Codec::known, row, null, told);
  }

  /** Null, after that was told, where no command can be made of the row. */
  static Taken taken(ResultSet row, Consumer<Unreadable> told) throws SQLException {
    return read(TakenCommands::taken, row, null, told);
  }

  private static <T> T read(Reader<T> reader, ResultSet row, Long id, Consumer<Unreadable> told)
      throws SQLException {
    try {
      return reader.read(row);
    } catch (IllegalArgumentException | NullPointerException | DateTimeException e) {
      told.accept(new Unreadable(row.getString("machine"), id, e.getMessage()));
      return null;
    }
  }

  private static Entry entry(ResultSet row) throws SQLException {
    long seq = row.getLong("from_seq");
    Window window =
        row.getBoolean("inferred")
            ? new Window(instant(row, "after"), instant(row, "before"))
            : null;
    Detail detail =
        new Detail(
            row.getString("source"),
            row.getString("recipe"),
            row.getString("batch"),
            row.getString("reason"),
            number(row, "cycle"),
            row.getLong("missed_runs"),
            window,
            row.getBoolean("outcome_unknown"),
            row.getBoolean("same_run"),
            row.getLong("voided"),
            order(row));
    Transition transition =
        new Transition(
            uuid(row, "transition_id"),
            row.getString("event"),
            state(row, "from_", seq),
            state(row, "to_", seq + 1),
            detail);
    String quarantined = row.getString("quarantined");
    return new Entry(
        row.getLong("id"),
        row.getString("machine"),
        uuid(row, "row_id"),
        uuid(row, "after_id"),
        transition,
        quarantined == null || !quarantined.isEmpty() ? quarantined : FOLLOWS,
        row.getBoolean("retried"));
  }

  private static Order order(ResultSet row) throws SQLException {
    UUID command = uuid(row, "command");
    Long pulses = number(row, "pulses");
    return command == null
        ? null
        : new Order(
            command,
            row.getString("operator"),
            row.getString("ordered_for"),
            row.getString("recipe_hash"),
            pulses == null
                ? null
                : new Pulses(
                    pulses,
                    Duration.ofNanos(row.getLong("overrun_worst")),
                    Duration.ofNanos(row.getLong("overrun_p999"))));
  }

  static Tail tail(ResultSet row) throws SQLException {
    return new Tail(
        row.getString("machine"),
        uuid(row, "row_id"),
        row.getLong("seq"),
        uuid(row, "transition_id"));
  }

  private static Known known(ResultSet row) throws SQLException {
    Memory memory =
        new Memory(
            null,
            number(row, "runs"),
            number(row, "counter"),
            row.getString("recipe"),
            row.getString("batch"),
            instant(row, "last_contact"),
            instant(row, "agreed_at"),
            row.getBoolean("in_doubt"),
            null,
            uuid(row, "running"),
            row.getLong("voided"));
    return new Known(
        row.getString("machine"),
        uuid(row, "row_id"),
        state(row, "", row.getLong("seq")),
        uuid(row, "transition_id"),
        memory);
  }

  private static MachineState state(ResultSet row, String prefix, long seq) throws SQLException {
    String description = row.getString(prefix + "failure");
    return new MachineState(
        seq,
        Status.of(row.getString(prefix + "status")),
        uuid(row, prefix + "process"),
        instant(row, prefix + "since"),
        description == null ? null : new Failure(row.getString(prefix + "component"), description));
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  /** A row of {@link Sql#BACKLOGS}; a time that cannot be read is none. */
  static Backlog backlog(ResultSet row) throws SQLException {
    Instant oldest;
    try {
      oldest = instant(row, "to_since");
    } catch (DateTimeException e) {
      oldest = null;
    }
    return new Backlog(row.getLong(2), oldest, row.getLong(4));
  }

  static UUID uuid(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : UUID.fromString(text);
  }

  private static Long number(ResultSet row, String column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? null : number;
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? null : Instant.parse(text);
  }
}
