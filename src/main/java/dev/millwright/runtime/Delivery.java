package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import dev.millwright.runtime.Outbox.Pending;
import dev.millwright.settings.Similar;
import dev.millwright.store.Addressed;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private static final Duration IDLE = Duration.ofMillis(250);

  private final MachineStore store;
  private final DatabaseCheck check;
  private final Outbox outbox;
  private final List<MachineMonitor> monitors;
  private final TimeSource time;
  private final Backoff backoff;
  private final Consumer<List<String>> onForeignSchema;

  private final Map<MachineMonitor, UUID> rowIds = new HashMap<>();
  private final Map<MachineMonitor, String> toldMissing = new HashMap<>();
  private final Complaints complaints;
  private final CountDownLatch stop = new CountDownLatch(1);
  private boolean checked;

  /** Whether it was the right database once: then it may be so again. */
  private boolean everFit;

  /** When rows are looked for again, on the monotonic clock; null when that is now. */
  private Long nextLook;

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
    this.complaints = new Complaints("database", time, true);
  }

  /**
   * Goes on until it is told to stop and has written what there is; a failure after that is the
   * end.
   */
  @Override
  public void run() {
    try {
      while (!stopping() || outbox.size() > 0) {
        if (!attempt()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Its time for the rest is up: whoever told it to stop says what is left.
      Thread.currentThread().interrupt();
    }
  }

  /** One round; false when it was the last. */
  private boolean attempt() throws InterruptedException {
    boolean wasStopping = stopping();
    try {
      if (!prepare()) {
        return false;
      }
      deliverBatch();
      recovered();
      if (nextLook != null) {
        outbox.await(IDLE);
      }
      return true;
    } catch (SQLException e) {
      Trouble kind = Trouble.of(e);
      // Whoever answers next may be another server, or have another schema than before.
      checked = kind == Trouble.BUSY && checked;
      String state = e.getSQLState() == null ? "" : " (SQLSTATE " + e.getSQLState() + ")";
      failed(kind + " " + e.getSQLState(), LogLine.cause(e) + state);
    } catch (RuntimeException e) {
      Logger.debug(e);
      failed(
          e.getClass().getName(),
          "unexpected " + e.getClass().getSimpleName() + ": " + LogLine.cause(e));
    }
    if (!wasStopping) {
      boolean unused = stop.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    }
    return !wasStopping;
  }

  /** Writes what there is, and ends; at the first failure from now on it gives up. */
  void stop() {
    stop.countDown();
    outbox.hurry();
  }

  private boolean stopping() {
    return stop.getCount() == 0;
  }

  /**
   * Before anything is written: the right schema, and the rows. False when the schema is foreign.
   */
  private boolean prepare() throws SQLException {
    if (!checked) {
      List<String> differences = check.differences();
      if (!differences.isEmpty() && everFit) {
        // Somebody is at work on it, or is restoring it: no reason to lose what waits.
        throw new SQLException(
            "the schema is no longer as this version needs it, and nothing is written: "
                + String.join("; ", differences.subList(0, Math.min(3, differences.size()))));
      } else if (!differences.isEmpty()) {
        onForeignSchema.accept(differences);
        return false;
      }
      checked = true;
      everFit = true;
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
      register(monitor);
    }
    Rows rows = store.load(wanted.stream().map(MachineMonitor::name).collect(Collectors.toSet()));
    for (MachineMonitor monitor : wanted) {
      Row row = rows.readable().get(monitor.name());
      if (row == null) {
        tellMissing(monitor, rows.unreadable().get(monitor.name()));
      } else {
        toldMissing.remove(monitor);
        rowIds.put(monitor, row.id());
        monitor.base(row);
        Logger.info(
            LogLine.of(
                monitor.name(),
                "row is " + row.state().status().word() + "  seq=" + row.state().seq()));
      }
    }
  }

  private void register(MachineMonitor monitor) throws SQLException {
    if (!monitor.settings().register()) {
      return;
    }
    try {
      if (store.register(monitor.name())) {
        Logger.info(LogLine.of(monitor.name(), "row created (register = true)"));
      }
    } catch (SQLException e) {
      if (Trouble.of(e) != Trouble.CONTENT) {
        throw e;
      }
      tellOnce(monitor, "its row cannot be created: " + LogLine.cause(e));
    }
  }

  /** Says why there is nothing to start from. */
  private void tellMissing(MachineMonitor monitor, String unreadable) throws SQLException {
    if (unreadable != null) {
      tellOnce(monitor, unreadable + ". Correct the row");
    } else if (!toldMissing.containsKey(monitor)) {
      String hint = Similar.hint(monitor.name(), store.serials());
      tellOnce(
          monitor,
          "table machines has no row with this serial_number"
              + (hint.isEmpty() ? "." : hint)
              + " Correct the serial number, insert the row, or set register = true");
    }
  }

  private void tellOnce(MachineMonitor monitor, String what) {
    if (!what.equals(toldMissing.put(monitor, what))) {
      Logger.error(LogLine.of(monitor.name(), what + "; the other machines go on"));
    }
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
    Set<MachineMonitor> lost = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      if (!lost.contains(batch.get(i).monitor())) {
        settle(batch.get(i), outcomes.get(i), lost);
      }
    }
  }

  /**
   * What did not take effect leaves the outbox together with all that was decided after it, before
   * anything else can fail: else it could be sent later, on top of something that it does not know
   * (decision 0011).
   */
  private void settle(Pending pending, Outcome outcome, Set<MachineMonitor> lost) {
    MachineMonitor monitor = pending.monitor();
    if (outcome.stands()) {
      outbox.confirm(pending);
      return;
    } else if (outcome.kind() == Outcome.Kind.LATER) {
      monitor.waits(outcome.why());
      lost.add(monitor);
      return;
    }
    Transition transition = pending.transition();
    boolean refused = outcome.kind() == Outcome.Kind.REFUSED;
    String what = transition.event() + " seq=" + transition.to().seq();
    monitor.loseBase(
        (refused ? "the database refuses " + what : what + " does not follow on the row")
            + ": "
            + outcome.why());
    rowIds.remove(monitor);
    lost.add(monitor);
    if (!refused) {
      // A refusal would be repeated at once; it waits for the next regular look (I8).
      nextLook = null;
    }
  }

  private void failed(String key, String words) {
    complaints.trouble(
        key,
        words
            + "; "
            + waiting()
            + (stopping() ? "" : "; machines are read on, and I try again until it works"));
  }

  private void recovered() {
    backoff.reset();
    complaints.well("works again; " + waiting());
  }

  private String waiting() {
    int size = outbox.size();
    return size == 1 ? "1 transition waits" : size + " transitions wait";
  }
}
