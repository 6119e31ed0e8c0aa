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
import java.nio.charset.StandardCharsets;
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

  static void bind(PreparedStatement insert, Entry entry) throws SQLException {
    Transition t = entry.transition();
    Detail detail = t.detail();
    Window window = detail.inferred();
    insert.setLong(1, entry.id());
    insert.setString(2, entry.machine());
    insert.setString(3, entry.rowId().toString());
    insert.setString(4, text(entry.after()));
    insert.setString(5, t.id().toString());
    insert.setString(6, t.event());
    insert.setLong(7, t.from().seq());
    int next = state(insert, 8, t.from());
    next = state(insert, next, t.to());
    insert.setString(next++, detail.source());
    insert.setString(next++, detail.recipe());
    insert.setString(next++, detail.reason());
    insert.setObject(next++, detail.cycle());
    insert.setLong(next++, detail.missedRuns());
    insert.setBoolean(next++, window != null);
    insert.setString(next++, time(window == null ? null : window.after()));
    insert.setString(next++, time(window == null ? null : window.before()));
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
    upsert.setString(next++, time(memory.lastContact()));
    upsert.setString(next++, time(memory.agreedAt()));
    upsert.setBoolean(next++, memory.inDoubt());
    upsert.setString(next++, text(memory.process()));
    upsert.setLong(next++, memory.voided());
    upsert.setString(next, memory.batch());
  }

  static void bind(PreparedStatement upsert, DriveRecord drive) throws SQLException {
    upsert.setString(1, drive.machine());
    upsert.setString(2, drive.shown().name());
    upsert.setLong(3, drive.runs());
    upsert.setString(4, time(drive.since()));
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
    Cells cells = new Cells(row);
    return new DriveRecord(
        cells.text(),
        Shown.valueOf(cells.text()),
        cells.number(),
        cells.instant(),
        cells.flag(),
        cells.text(),
        cells.text(),
        cells.text(),
        cells.text(),
        cells.text(),
        order(cells));
  }

  /** Binds five columns; returns the next index. */
  private static int state(PreparedStatement statement, int first, MachineState state)
      throws SQLException {
    Failure failure = state.failure();
    statement.setString(first, state.status().word());
    statement.setString(first + 1, text(state.processId()));
    statement.setString(first + 2, time(state.since()));
    statement.setString(first + 3, failure == null ? null : failure.component());
    statement.setString(first + 4, failure == null ? null : failure.description());
    return first + 5;
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Null, after that was told, where no entry can be made of the row. */
  static Entry entry(ResultSet row, Consumer<Unreadable> told) throws SQLException {
    return read(Codec::entry, row, row.getLong(1), told);
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

  /** Each cell is asked for once, in the order of {@link Sql#ENTRY}. */
  private static Entry entry(ResultSet row) throws SQLException {
    Cells cells = new Cells(row);
    long id = cells.number();
    String machine = cells.text();
    UUID rowId = cells.uuid();
    UUID after = cells.uuid();
    UUID transition = cells.uuid();
    String event = cells.text();
    long seq = cells.number();
    MachineState from = state(cells, seq);
    MachineState to = state(cells, seq + 1);
    Detail detail = detail(cells);
    String quarantined = cells.text();
    return new Entry(
        id,
        machine,
        rowId,
        after,
        new Transition(transition, event, from, to, detail),
        quarantined == null || !quarantined.isEmpty() ? quarantined : FOLLOWS,
        cells.flag());
  }

  private static Detail detail(Cells cells) throws SQLException {
    String source = cells.text();
    String recipe = cells.text();
    String batch = cells.text();
    String reason = cells.text();
    Long cycle = cells.numberOrNull();
    long missedRuns = cells.number();
    boolean inferred = cells.flag();
    Instant after = cells.instant();
    Instant before = cells.instant();
    return new Detail(
        source,
        recipe,
        batch,
        reason,
        cycle,
        missedRuns,
        inferred ? new Window(after, before) : null,
        cells.flag(),
        cells.flag(),
        cells.number(),
        order(cells));
  }

  private static Order order(Cells cells) throws SQLException {
    UUID command = cells.uuid();
    String operator = cells.text();
    String reason = cells.text();
    String recipeHash = cells.text();
    Long pulses = cells.numberOrNull();
    Duration worst = Duration.ofNanos(cells.number());
    Duration p999 = Duration.ofNanos(cells.number());
    return command == null
        ? null
        : new Order(
            command,
            operator,
            reason,
            recipeHash,
            pulses == null ? null : new Pulses(pulses, worst, p999));
  }

  static Tail tail(ResultSet row) throws SQLException {
    Cells cells = new Cells(row);
    return new Tail(cells.text(), cells.uuid(), cells.number(), cells.uuid());
  }

  private static Known known(ResultSet row) throws SQLException {
    Cells cells = new Cells(row);
    String machine = cells.text();
    UUID rowId = cells.uuid();
    MachineState state = state(cells, cells.number());
    UUID transition = cells.uuid();
    Long runs = cells.numberOrNull();
    Long counter = cells.numberOrNull();
    String recipe = cells.text();
    Instant lastContact = cells.instant();
    Instant agreedAt = cells.instant();
    boolean inDoubt = cells.flag();
    UUID running = cells.uuid();
    long voided = cells.number();
    String batch = cells.text();
    Memory memory =
        new Memory(
            null,
            runs,
            counter,
            recipe,
            batch,
            lastContact,
            agreedAt,
            inDoubt,
            null,
            running,
            voided);
    return new Known(machine, rowId, state, transition, memory);
  }

  private static MachineState state(Cells cells, long seq) throws SQLException {
    Status status = Status.of(cells.text());
    UUID process = cells.uuid();
    Instant since = cells.instant();
    String component = cells.text();
    String description = cells.text();
    return new MachineState(
        seq,
        status,
        process,
        since,
        description == null ? null : new Failure(component, description));
  }

  private static String text(UUID id) {
    return id == null ? null : id.toString();
  }

  private static String time(Instant time) {
    return time == null ? null : IsoInstant.text(time);
  }

  /** A row of {@link Sql#BACKLOGS}; a time that cannot be read is none. */
  static Backlog backlog(ResultSet row) throws SQLException {
    Instant oldest;
    try {
      oldest = instant(row.getString(3));
    } catch (DateTimeException e) {
      oldest = null;
    }
    return new Backlog(row.getLong(2), oldest, row.getLong(4));
  }

  /** The cells of a row, one after the other: to find each by its name takes as long as it. */
  private static final class Cells {
    private final ResultSet row;
    private int last;

    Cells(ResultSet row) {
      this.row = row;
    }

    /**
     * Of its bytes: the driver makes a string through a buffer outside the heap, each time anew.
     */
    String text() throws SQLException {
      byte[] utf8 = row.getBytes(++last);
      return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }

    long number() throws SQLException {
      return row.getLong(++last);
    }

    Long numberOrNull() throws SQLException {
      long number = number();
      return row.wasNull() ? null : number;
    }

    boolean flag() throws SQLException {
      return row.getBoolean(++last);
    }

    UUID uuid() throws SQLException {
      return Codec.uuid(text());
    }

    Instant instant() throws SQLException {
      return Codec.instant(text());
    }
  }

  static UUID uuid(String text) {
    return text == null ? null : UUID.fromString(text);
  }

  private static Instant instant(String text) {
    return text == null ? null : IsoInstant.parse(text);
  }
}
