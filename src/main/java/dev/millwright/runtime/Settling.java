package dev.millwright.runtime;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.machine.Detail;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tinylog.Logger;

/**
 * Draws from what became of transitions what it means for the journal and for each machine
 * (decision 0013): confirmed, put aside for a while, refused, void, or without a row. Used by the
 * delivery thread alone.
 */
final class Settling {

  private final MachineStore store;
  private final Journal journal;
  private final Roster roster;
  private final RowWatch rows;
  private final Aside aside;
  private final Complaints complaints;
  private final TimeSource time;
  private final Meter meter;

  /**
   * @param aside where machines go whose rows cannot be written now
   * @param complaints where faults of ours are told
   */
  Settling(Delivery.Parts parts, RowWatch rows, Aside aside, Complaints complaints) {
    this.store = parts.store();
    this.journal = parts.journal();
    this.roster = parts.roster();
    this.rows = rows;
    this.aside = aside;
    this.complaints = complaints;
    this.time = parts.time();
    this.meter = parts.meter();
  }

  /** What was quarantined and is retried must not take the base of what was decided since. */
  void putBack(Entry entry, String why) throws JournalException {
    journal.putBack(entry.id(), why);
    Logger.warn(
        LogLine.of(
            entry.machine(), Rebase.words(entry) + " cannot be written, also not now: " + why));
  }

  /** What became of the first transition of a machine that does not stand. */
  private record Setback(Entry entry, Outcome outcome) {}

  /** What became of each of a batch, in its order. */
  void settle(List<Entry> batch, List<Outcome> outcomes) throws SQLException, JournalException {
    List<Entry> delivered = new ArrayList<>(batch.size());
    Map<String, Entry> proceeding = new LinkedHashMap<>();
    Map<String, Setback> setbacks = new LinkedHashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Entry entry = batch.get(i);
      if (outcomes.get(i).kind() == Outcome.Kind.UNTRIED) {
        continue; // nor is anything that follows it
      }
      if (!outcomes.get(i).stands()) {
        setbacks.putIfAbsent(entry.machine(), new Setback(entry, outcomes.get(i)));
      } else if (!setbacks.containsKey(entry.machine())) {
        delivered.add(entry);
        proceeding.put(entry.machine(), entry);
      }
    }
    if (!delivered.isEmpty()) {
      journal.confirm(delivered);
      delivered.forEach(this::count);
      for (Map.Entry<String, Entry> last : proceeding.entrySet()) {
        aside.end(last.getKey());
        MachineMonitor monitor = roster.monitor(last.getKey());
        if (monitor != null) {
          monitor.showcase().confirmed(last.getValue().transition());
          guard(last.getKey(), monitor::delivered);
        }
      }
    }
    if (!setbacks.isEmpty()) {
      Rows found = store.load(setbacks.keySet());
      for (Map.Entry<String, Setback> setback : setbacks.entrySet()) {
        Setback what = setback.getValue();
        guard(setback.getKey(), () -> settle(what.entry(), what.outcome(), found));
      }
    }
  }

  /** What was concluded after a gap happened at a moment that nobody knows. */
  private void count(Entry entry) {
    Detail detail = entry.transition().detail();
    if (detail.isFromMachine() && detail.inferred() == null) {
      Duration latency = Duration.between(entry.transition().to().since(), time.now());
      meter.delivered(entry.machine(), latency.isNegative() ? Duration.ZERO : latency);
    }
  }

  /** What is done for one machine. */
  interface Step {
    void run() throws SQLException, JournalException;
  }

  /** A fault of ours in what is one machine's alone puts that machine aside, and nobody else. */
  void guard(String machine, Step step) throws SQLException, JournalException {
    try {
      step.run();
    } catch (RuntimeException e) {
      Logger.debug(e);
      aside.put(machine);
      complaints.trouble(
          machine + " " + e.getClass().getName(),
          () ->
              machine
                  + ": unexpected "
                  + e.getClass().getSimpleName()
                  + ": "
                  + LogLine.cause(e)
                  + "; what waits for it is kept; trying again until it works, the other machines"
                  + " go on");
    }
  }

  /**
   * What does not stand leaves the journal together with all that was decided after it, in one
   * commit. Whatever dies before that, it is sent again, and answered the same (decision 0011).
   */
  private void settle(Entry entry, Outcome outcome, Rows found)
      throws SQLException, JournalException {
    if (outcome.kind() == Outcome.Kind.LATER) {
      putOff(entry.machine(), outcome.why());
      return;
    }
    MachineMonitor monitor = roster.monitor(entry.machine());
    boolean isUnreadable = !decideAnew(entry, outcome, found, monitor);
    // Not before: the pause after a fault of ours in there grows.
    aside.end(entry.machine());
    if (isUnreadable) {
      aside.put(entry.machine());
    }
  }

  /** What waits for this machine cannot be written now, for a reason that is its alone. */
  void putOff(String machine, String why) {
    aside.put(machine);
    MachineMonitor monitor = roster.monitor(machine);
    if (monitor != null) {
      monitor.waits(why);
    }
  }

  /** Makes of it what it means; false where that cannot be told, as nobody understands the row. */
  private boolean decideAnew(Entry entry, Outcome outcome, Rows found, MachineMonitor monitor)
      throws SQLException, JournalException {
    String what = Rebase.words(entry);
    if (entry.retried()) {
      putBack(entry, outcome.why());
      return true;
    }
    if (monitor == null) {
      giveUp(entry.machine(), what + " cannot be written: " + outcome.why());
      return true;
    }
    Row row = rows.find(found, entry.machine());
    if (row != null && outcome.kind() == Outcome.Kind.REFUSED) {
      monitor.refused(entry, row, outcome.why());
    } else if (row != null && isBase(row, entry)) {
      monitor.refused(
          entry,
          row,
          "the UPDATE changed nothing, though the row is as it should be: a trigger, a rule or a"
              + " row policy of this database suppresses it");
    } else if (row != null) {
      monitor.rebase(row, what + " does not follow on the row");
    } else if (found.unreadable().containsKey(entry.machine())) {
      return false;
    } else {
      monitor.gone(MachineMonitor.ROW_GONE);
    }
    return true;
  }

  /** Nothing of what waits for this machine can be written. */
  void giveUp(String machine, String why) throws JournalException {
    MachineMonitor monitor = roster.monitor(machine);
    if (monitor == null) {
      roster.whileUnwatched(
          machine,
          () -> {
            journal.quarantineAll(machine, why);
            Logger.warn(
                LogLine.of(
                    machine,
                    why
                        + " (the machine is no longer configured); it and what follows is kept"
                        + " ('millwright journal list')"));
          });
    } else {
      monitor.gone(why);
    }
  }

  private static boolean isBase(Row row, Entry entry) {
    return row.id().equals(entry.rowId())
        && row.state().seq() == entry.transition().from().seq()
        && Objects.equals(row.lastTransitionId(), entry.after());
  }
}
