package dev.millwright.runtime;

import dev.millwright.machine.Memory;
import dev.millwright.runtime.Outbox.Pending;
import dev.millwright.settings.Similar;
import dev.millwright.store.Addressed;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * The one thread that talks to the database: checks that it is the right one, fetches the rows that
 * the machines start from, and writes what was decided, in order.
 *
 * <p>A transition leaves the outbox only when the database has confirmed it, or when it is void. A
 * batch whose commit was not confirmed is sent again; what had arrived is recognised by its
 * transition id (I3). The database being away is a normal state of affairs (FIELD 24): this thread
 * waits and tries again, for ever, while the links go on.
 */
final class Delivery implements Runnable {

  /** Transitions per commit. */
  private static final int BATCH = 500;

  /** How often a machine without a row is looked for again. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

  /** How long to wait for work, so that rows are looked for and a stop is seen. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final MachineStore store;
  private final DatabaseCheck check;
  private final Outbox outbox;
  private final List<MachineMonitor> monitors;
  private final TimeSource time;
  private final Backoff backoff;
  private final Consumer<List<String>> onForeignSchema;

  private final Map<MachineMonitor, UUID> rowIds = new HashMap<>();
  private final Set<String> toldMissing = new HashSet<>();
  private boolean checked;
  private Long nextLook;
  private String trouble;
  private volatile boolean stopping;

  /** What a delivery needs. */
  record Parts(
      MachineStore store,
      DatabaseCheck check,
      Outbox outbox,
      List<MachineMonitor> monitors,
      TimeSource time,
      Backoff backoff) {}

  Delivery(Parts parts, Consumer<List<String>> onForeignSchema) {
    this.store = parts.store();
    this.check = parts.check();
    this.outbox = parts.outbox();
    this.monitors = parts.monitors();
    this.time = parts.time();
    this.backoff = parts.backoff();
    this.onForeignSchema = onForeignSchema;
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        try {
          if (!prepare()) {
            return;
          }
          deliverBatch();
          recovered();
          outbox.await(IDLE);
        } catch (SQLException e) {
          failed(e);
          Thread.sleep(backoff.next().toMillis());
        }
      }
    } catch (InterruptedException e) {
      // Told to stop; what is still in the outbox is dealt with by drain().
      stopping = true;
    }
  }

  /** Writes what is left, for a clean stop; gives up at the first failure. Returns what remains. */
  int drain() {
    try {
      while (checked && outbox.size() > 0) {
        deliverBatch();
      }
    } catch (SQLException e) {
      failed(e);
    }
    return outbox.size();
  }

  void stop() {
    stopping = true;
  }

  /**
   * Before anything is written: the right schema, and the rows. False when the schema is foreign.
   */
  boolean prepare() throws SQLException {
    if (!checked) {
      List<String> differences = check.differences();
      if (!differences.isEmpty()) {
        onForeignSchema.accept(differences);
        return false;
      }
      checked = true;
    }
    if (nextLook == null || time.nanos() - nextLook >= 0) {
      fetchRows();
      nextLook = time.nanos() + LOOK_AGAIN.toNanos();
    }
    return true;
  }

  private void fetchRows() throws SQLException {
    List<MachineMonitor> wanted =
        monitors.stream().filter(monitor -> !rowIds.containsKey(monitor)).toList();
    if (wanted.isEmpty()) {
      return;
    }
    for (MachineMonitor monitor : wanted) {
      if (monitor.settings().register() && store.register(monitor.name())) {
        Logger.info(LogLine.of(monitor.name(), "row created (register = true)"));
      }
    }
    Rows rows = store.load(wanted.stream().map(MachineMonitor::name).collect(Collectors.toSet()));
    for (MachineMonitor monitor : wanted) {
      Row row = rows.readable().get(monitor.name());
      if (row == null) {
        tellMissing(monitor.name(), rows.unreadable().get(monitor.name()));
      } else {
        rowIds.put(monitor, row.id());
        monitor.base(row.state(), Memory.ofRow(row.lastCycle(), row.lastRecipe(), row.updatedAt()));
        Logger.info(
            LogLine.of(
                monitor.name(),
                "row is " + row.state().status().word() + "  seq=" + row.state().seq()));
      }
    }
  }

  /** Says once for each machine why there is nothing to start from. */
  private void tellMissing(String serialNumber, String unreadable) throws SQLException {
    if (!toldMissing.add(serialNumber)) {
      return;
    }
    String what =
        unreadable != null
            ? "its row cannot be used: " + unreadable + ". Correct the row"
            : "table machines has no row with this serial_number"
                + Similar.hint(serialNumber, store.serials())
                + ". Correct the serial number, insert the row, or set register = true";
    Logger.error(LogLine.of(serialNumber, what + "; the other machines go on"));
  }

  private void deliverBatch() throws SQLException {
    List<Pending> batch = outbox.peek(BATCH);
    if (batch.isEmpty()) {
      return;
    }
    List<Outcome> outcomes =
        store.deliver(
            batch.stream()
                .map(p -> new Addressed(rowIds.get(p.monitor()), p.transition()))
                .toList());
    Set<MachineMonitor> rebased = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      Pending pending = batch.get(i);
      if (!rebased.contains(pending.monitor())) {
        settle(pending, outcomes.get(i), rebased);
      }
    }
  }

  private void settle(Pending pending, Outcome outcome, Set<MachineMonitor> rebased)
      throws SQLException {
    MachineMonitor monitor = pending.monitor();
    switch (outcome.kind()) {
      case WRITTEN, ALREADY -> outbox.confirm(pending);
      case REFUSED -> {
        Logger.error(
            LogLine.of(
                monitor.name(),
                "the database refuses transition " + pending.transition() + ": " + outcome.why()));
        outbox.confirm(pending);
        rebase(monitor, rebased);
      }
      case CONFLICT -> rebase(monitor, rebased);
    }
  }

  private void rebase(MachineMonitor monitor, Set<MachineMonitor> rebased) throws SQLException {
    rebased.add(monitor);
    Rows rows = store.load(Set.of(monitor.name()));
    Row row = rows.readable().get(monitor.name());
    if (row == null) {
      int lost = monitor.loseBase();
      rowIds.remove(monitor);
      String unreadable = rows.unreadable().get(monitor.name());
      Logger.error(
          LogLine.of(
              monitor.name(),
              (unreadable == null ? "its row is gone from table machines" : unreadable)
                  + "; "
                  + lost
                  + " undelivered transitions are void"));
    } else {
      rowIds.put(monitor, row.id());
      monitor.rebase(row.state(), row.lastCycle());
    }
  }

  private void failed(SQLException e) {
    String words = LogLine.cause(e);
    if (!words.equals(trouble)) {
      trouble = words;
      Logger.warn(
          LogLine.of(
              "database",
              words
                  + " (SQLSTATE "
                  + e.getSQLState()
                  + "); "
                  + outbox.size()
                  + " transitions wait; machines are read on, and I try again until it works"));
    }
  }

  private void recovered() {
    backoff.reset();
    if (trouble != null) {
      trouble = null;
      Logger.info(LogLine.of("database", "works again; " + outbox.size() + " transitions wait"));
    }
  }
}
