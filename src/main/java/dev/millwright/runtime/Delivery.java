package dev.millwright.runtime;

import dev.millwright.journal.Batch;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.journal.Unreadable;
import dev.millwright.store.Addressed;
import dev.millwright.store.EachRowFailsException;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * The one thread that talks to the database: checks that it is the right one, looks at the rows,
 * and writes what the journal holds, in order for each machine, fairly between them.
 *
 * <p>A transition leaves the journal only when the database has confirmed it, or when it is void.
 * Wherever this process or the database dies in between, it is sent again, and what had arrived is
 * recognised by its transition id (I3). Nothing is kept here but what the next batch needs: memory
 * does not grow with what waits. The database being away is a normal state of affairs (FIELD 24).
 */
final class Delivery implements Runnable {

  /** Transitions per commit. */
  private static final int BATCH = 500;

  /** How long to wait for work, so that rows are looked at; what comes, or a stop, ends it. */
  private static final Duration IDLE = Duration.ofMillis(500);

  private final MachineStore store;
  private final DatabaseCheck check;
  private final Journal journal;
  private final Intake intake;
  private final Roster roster;
  private final RowWatch rows;
  private final TimeSource time;
  private final Backoff backoff;
  private final Consumer<List<String>> onForeignSchema;
  private final Complaints complaints;
  private final Heartbeat heartbeat;
  private final CountDownLatch stop = new CountDownLatch(1);

  private final Ahead ahead;
  private final Aside aside;
  private final Settling settling;
  private final RunNotes notes;

  /** Apart from the database's: while rows fail, the database itself may go and come. */
  private final Complaints rowComplaints;

  private final Complaints journalComplaints;

  private boolean checked;

  /** Whether it was the right database once: then it may be so again. */
  private boolean everFit;

  private boolean failing;

  /** Others look at it. */
  private volatile DatabaseSnapshot snapshot;

  /** The machine that was served last. */
  private String served = "";

  /** What a delivery needs. */
  record Parts(
      MachineStore store,
      DatabaseCheck check,
      Journal journal,
      Intake intake,
      Roster roster,
      RunNotes notes,
      TimeSource time,
      Backoff backoff,
      Meter meter) {}

  Delivery(Parts parts, Consumer<List<String>> onForeignSchema) {
    this.store = parts.store();
    this.check = parts.check();
    this.journal = parts.journal();
    this.intake = parts.intake();
    this.roster = parts.roster();
    this.rows = new RowWatch(store, roster, parts.time());
    this.time = parts.time();
    this.backoff = parts.backoff();
    this.onForeignSchema = onForeignSchema;
    this.complaints = new Complaints("database", time, true);
    this.heartbeat = new Heartbeat(store.patience(), time);
    this.rowComplaints = new Complaints("database", time, true);
    this.journalComplaints = new Complaints("journal", time, true);
    this.ahead = new Ahead(journal, BATCH);
    this.aside = new Aside(time);
    this.settling = new Settling(parts, rows, aside, rowComplaints);
    this.notes = parts.notes();
    this.snapshot = new DatabaseSnapshot(false, time.now(), null);
  }

  /** Beats while its thread goes on, also while the database hangs. */
  Heartbeat heartbeat() {
    return heartbeat;
  }

  /** How the database fares; without waiting for it. */
  DatabaseSnapshot snapshot() {
    return snapshot;
  }

  /**
   * @param trouble null where it answers
   */
  private void note(String trouble) {
    DatabaseSnapshot before = snapshot;
    boolean answers = trouble == null;
    boolean same = before.answers() == answers && (answers || before.trouble() != null);
    snapshot = new DatabaseSnapshot(answers, same ? before.since() : time.now(), trouble);
  }

  /**
   * Goes on until it is told to stop and has written what there is; a failure after that is the
   * end.
   */
  @Override
  public void run() {
    try (ahead) {
      boolean more = true;
      while (more) {
        more = attempt();
      }
    } catch (InterruptedException e) {
      // Its time for the rest is up: what is left waits in the journal.
      Thread.currentThread().interrupt();
    }
  }

  /** One round; false when it was the last. */
  private boolean attempt() throws InterruptedException {
    boolean wasStopping = stopping();
    heartbeat.beat();
    try {
      if (!prepare()) {
        return false;
      }
      heartbeat.beat();
      boolean delivered = deliverBatch();
      recovered();
      if (!delivered && (wasStopping || !intake.await(IDLE))) {
        journal.flush();
      }
      return delivered || !wasStopping;
    } catch (SQLException e) {
      Trouble kind = Trouble.of(e);
      // Whoever answers next may be another server, or have another schema than before.
      checked = kind == Trouble.BUSY && checked;
      String state = e.getSQLState() == null ? "" : " (SQLSTATE " + e.getSQLState() + ")";
      failed(kind + " " + e.getSQLState(), LogLine.cause(e) + state);
    } catch (JournalException e) {
      journalComplaints.trouble(
          e.kind().name(),
          e.getMessage()
              + "; delivery tries again until it works, and nothing is written twice by that");
    } catch (RuntimeException e) {
      Logger.debug(e);
      failed(
          e.getClass().getName(),
          "unexpected " + e.getClass().getSimpleName() + ": " + LogLine.cause(e));
    }
    if (!wasStopping) {
      heartbeat.beat();
      boolean unused = stop.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    }
    return !wasStopping;
  }

  /** Writes what there is, and ends; at the first failure from now on it gives up. */
  void stop() {
    stop.countDown();
    intake.hurry();
  }

  private boolean stopping() {
    return stop.getCount() == 0;
  }

  /** Before anything is written: the right schema. False when the schema is foreign. */
  private boolean prepare() throws SQLException, JournalException {
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
      rows.soon();
      checked = true;
      everFit = true;
    }
    rows.lookIfDue();
    return true;
  }

  /** Writes some of what waits; false when nothing does. */
  private boolean deliverBatch() throws SQLException, JournalException, InterruptedException {
    Set<String> except = aside.pausing();
    Batch next = ahead.next(served, except);
    if (next.isEmpty()) {
      notes.progress();
      return false;
    }
    for (Unreadable entry : next.unreadable()) {
      settling.giveUp(entry.machine(), entry.toString());
    }
    if (next.entries().isEmpty()) {
      notes.progress();
      return true;
    }
    served = next.entries().get(next.entries().size() - 1).machine();
    ahead.begin(next, served, except);
    boolean written = false;
    try {
      List<Entry> batch = sendable(next.entries());
      // What was left out still waits before what follows on it.
      written = send(batch) && batch.size() == next.entries().size();
    } finally {
      if (!written) {
        ahead.drop();
      }
    }
    return true;
  }

  /** Without what is overtaken, and without machines whose recipes the database has not got. */
  private List<Entry> sendable(List<Entry> next) throws SQLException, JournalException {
    List<Entry> batch = new ArrayList<>(next.size());
    for (Entry entry : next) {
      // What is known is asked for of few: whoever decides holds it while that goes to the disk.
      if (entry.retried() && entry.isOvertaken(known(entry.machine()))) {
        settling.putBack(entry, "the machine has gone on without it");
      } else {
        batch.add(entry);
      }
    }
    Map<String, String> waiting = notes.recipes(batch);
    for (Map.Entry<String, String> machine : waiting.entrySet()) {
      settling.putOff(machine.getKey(), machine.getValue());
      batch.removeIf(entry -> entry.machine().equals(machine.getKey()));
    }
    return batch;
  }

  /**
   * Where that fails unexpectedly, machine by machine: it is in the data of one, most likely.
   *
   * @return whether all of it is written, and has left the journal
   */
  private boolean send(List<Entry> batch) throws SQLException, JournalException {
    List<Outcome> outcomes;
    try {
      outcomes = deliver(batch);
    } catch (EachRowFailsException e) {
      putAside(batch, e);
      return false;
    } catch (RuntimeException e) {
      Logger.debug(e);
      Map<String, List<Entry>> each =
          batch.stream()
              .collect(
                  Collectors.groupingBy(Entry::machine, LinkedHashMap::new, Collectors.toList()));
      for (Map.Entry<String, List<Entry>> machine : each.entrySet()) {
        heartbeat.beat();
        settling.guard(
            machine.getKey(),
            () -> settling.settle(machine.getValue(), deliver(machine.getValue())));
      }
      return false;
    }
    settling.settle(batch, outcomes);
    return outcomes.stream().allMatch(Outcome::stands);
  }

  private List<Outcome> deliver(List<Entry> batch) throws SQLException {
    return store.deliver(
        batch.stream()
            .map(entry -> new Addressed(entry.rowId(), entry.after(), entry.transition()))
            .toList());
  }

  /** They pause, and not the delivery: a machine that is not among them need not wait for them. */
  private void putAside(List<Entry> batch, EachRowFailsException e) {
    checked = false;
    batch.stream().map(Entry::machine).distinct().forEach(aside::put);
    rowComplaints.trouble(
        Trouble.of(e) + " " + e.getSQLState(),
        () ->
            "the rows of several machines cannot be written: "
                + e.getMessage()
                + "; "
                + waiting()
                + "; trying again until it works, the other machines go on");
  }

  private Known known(String machine) {
    MachineMonitor monitor = roster.monitor(machine);
    return monitor == null ? null : monitor.known();
  }

  private void failed(String key, String words) {
    failing = true;
    note(words);
    complaints.trouble(
        key,
        () ->
            words
                + "; "
                + waiting()
                + (stopping() ? "" : "; machines are read on, and I try again until it works"));
  }

  private void recovered() {
    backoff.reset();
    note(null);
    journalComplaints.well("delivery can use it again");
    if (aside.isEmpty()) {
      rowComplaints.well("the rows can be written again");
    }
    if (failing) {
      failing = false;
      complaints.well("works again; " + waiting());
    }
  }

  private String waiting() {
    try {
      long waiting = journal.count().waiting();
      return waiting == 1 ? "1 transition waits" : waiting + " transitions wait";
    } catch (JournalException e) {
      return "what waits in the journal cannot be counted: " + e.getMessage();
    }
  }
}
