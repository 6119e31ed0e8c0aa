package dev.millwright.runtime;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Taken;
import dev.millwright.store.CommandEnd;
import dev.millwright.store.CommandSession;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.tinylog.Logger;

/**
 * Ends commands: the result goes to the journal, then to the row, after the transitions that it
 * rests on. Results come from any thread; all else is for one.
 */
final class Finishing implements Claiming.Results {

  /** How long a result waits for the transitions of its machine to be delivered. */
  static final Duration FOLLOW_THE_ROW = Duration.ofSeconds(5);

  private static final int BATCH = 100;

  private final Journal journal;
  private final CommandLedger ledger;
  private final TimeSource time;

  /** Told, and not in the journal yet. At most as many as are under way. */
  private final Map<UUID, CommandResult> told = new LinkedHashMap<>();

  /** When it was first tried to tell the row; monotonic. */
  private final Map<UUID, Long> since = new HashMap<>();

  private final PutOff putOff;

  Finishing(Journal journal, CommandLedger ledger, TimeSource time) {
    this.journal = journal;
    this.ledger = ledger;
    this.time = time;
    this.putOff = new PutOff(time);
  }

  @Override
  public void tell(UUID command, CommandResult result) {
    synchronized (told) {
      told.putIfAbsent(command, result);
      told.notifyAll();
    }
  }

  /** Waits until a result is told, at most so long. */
  void await(Duration atMost) throws InterruptedException {
    synchronized (told) {
      if (told.isEmpty()) {
        told.wait(Math.max(1, atMost.toMillis()));
      }
    }
  }

  /** Puts the results that were told into the journal. */
  void keep() throws JournalException {
    Map<UUID, Taken.End> ends = new LinkedHashMap<>();
    synchronized (told) {
      told.forEach(
          (id, result) ->
              ends.put(id, new Taken.End(result.completed(), result.message(), result.process())));
    }
    if (!ends.isEmpty()) {
      ledger.end(ends);
      synchronized (told) {
        told.keySet().removeAll(ends.keySet());
      }
    }
  }

  /** Tells the rows, of those commands whose transitions are delivered. */
  void send(CommandSession session) throws SQLException, JournalException {
    List<Taken> due = due();
    for (int from = 0; from < due.size(); from += BATCH) {
      send(session, due.subList(from, Math.min(due.size(), from + BATCH)));
    }
  }

  private List<Taken> due() throws JournalException {
    List<Taken> due = new ArrayList<>();
    Map<String, Boolean> waits = new HashMap<>();
    long now = time.nanos();
    for (Taken taken : ledger.ended()) {
      long first = since.computeIfAbsent(taken.id(), id -> now);
      if (putOff.has(taken.id())) {
        continue;
      }
      Boolean wait = waits.get(taken.machine());
      if (wait == null) {
        wait = journal.waits(taken.machine());
        waits.put(taken.machine(), wait);
      }
      if (!wait || now - first >= FOLLOW_THE_ROW.toNanos()) {
        due.add(taken);
      }
    }
    return due;
  }

  private void send(CommandSession session, List<Taken> ends)
      throws SQLException, JournalException {
    try {
      Set<UUID> written = session.end(ends.stream().map(Finishing::end).toList());
      List<Taken> rest = ends.stream().filter(taken -> !written.contains(taken.id())).toList();
      Set<UUID> locked =
          rest.isEmpty()
              ? Set.of()
              : session.stillProcessing(rest.stream().map(Finishing::end).toList());
      locked.forEach(putOff::addLocked);
      rest.stream().filter(taken -> !locked.contains(taken.id())).forEach(Finishing::tellOverruled);
      forget(ends.stream().filter(taken -> !locked.contains(taken.id())).toList());
    } catch (SQLException e) {
      if (Trouble.of(e).isOfTheServer()) {
        throw e;
      }
      // One row that takes nothing must not keep the others waiting.
      if (ends.size() > 1) {
        for (Taken one : ends) {
          send(session, List.of(one));
        }
      } else {
        putOff.add(ends.get(0).id(), ends.get(0).machine(), e);
      }
    }
  }

  private void forget(List<Taken> ends) throws JournalException {
    Set<UUID> ids = new HashSet<>(ends.stream().map(Taken::id).toList());
    ledger.forget(ids);
    since.keySet().removeAll(ids);
  }

  private static CommandEnd end(Taken taken) {
    Taken.End end = taken.end();
    return new CommandEnd(taken.id(), taken.claim(), end.completed(), end.message(), end.process());
  }

  /** Or the outcome arrived before, and the answer did not. */
  private static void tellOverruled(Taken taken) {
    Logger.debug(
        LogLine.of(
            taken.machine(),
            "command " + taken.id() + " is no longer processing: its row stays as it is"));
  }
}
