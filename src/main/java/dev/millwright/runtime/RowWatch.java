package dev.millwright.runtime;

import dev.millwright.journal.JournalException;
import dev.millwright.settings.Similar;
import dev.millwright.store.MachineStore;
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
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Looks at the machines' rows now and then: for what the machines start from, and for what others
 * have done to them. Used by the delivery thread alone, between what it delivers.
 */
final class RowWatch {

  /** How often it looks. */
  static final Duration EVERY = Duration.ofSeconds(5);

  private final MachineStore store;
  private final Roster roster;
  private final TimeSource time;
  private final Map<String, String> told = new HashMap<>();

  /** At whose rows we could not look, for a fault of ours. */
  private final Set<String> faulty = new HashSet<>();

  /** When it looks again, on the monotonic clock; null when that is now. */
  private Long next;

  /** Whose rows were looked at last. */
  private List<MachineMonitor> looked = List.of();

  RowWatch(MachineStore store, Roster roster, TimeSource time) {
    this.store = store;
    this.roster = roster;
    this.time = time;
  }

  /** Whoever answers next may be another server, or have been restored. */
  void soon() {
    next = null;
  }

  void lookIfDue() throws SQLException, JournalException {
    List<MachineMonitor> monitors = roster.monitors();
    if (next == null || time.nanos() - next >= 0 || monitors != looked) {
      look(monitors);
      looked = monitors;
      next = time.nanos() + EVERY.toNanos();
    }
  }

  private void look(List<MachineMonitor> monitors) throws SQLException, JournalException {
    for (MachineMonitor monitor : monitors) {
      if (monitor.settings().register() && monitor.known() == null) {
        register(monitor.name());
      }
    }
    Set<String> names = monitors.stream().map(MachineMonitor::name).collect(Collectors.toSet());
    told.keySet().retainAll(names);
    faulty.retainAll(names);
    Rows rows = store.load(names);
    for (MachineMonitor monitor : monitors) {
      Row row = find(rows, monitor.name());
      try {
        if (row != null) {
          monitor.look(row);
        } else if (!rows.unreadable().containsKey(monitor.name())) {
          monitor.lookMissing();
        }
        faulty.remove(monitor.name());
      } catch (RuntimeException e) {
        Logger.debug(e);
        if (faulty.add(monitor.name())) {
          tell(
              monitor.name(),
              "its row cannot be looked at: unexpected "
                  + e.getClass().getSimpleName()
                  + ": "
                  + LogLine.cause(e)
                  + "; trying again");
        }
      }
    }
  }

  /** The row; null where there is none that can be understood, which is told. */
  Row find(Rows rows, String machine) throws SQLException {
    Row row = rows.readable().get(machine);
    if (row != null) {
      told.remove(machine);
    } else if (rows.unreadable().containsKey(machine)) {
      tellOnce(machine, rows.unreadable().get(machine) + ". Correct the row");
    } else if (!told.containsKey(machine)) {
      String hint = Similar.hint(machine, store.serials());
      tellOnce(
          machine,
          "table machines has no row with this serial_number"
              + (hint.isEmpty() ? "." : hint)
              + " Correct the serial number, insert the row, or set register = true");
    }
    return row;
  }

  private void register(String machine) throws SQLException {
    try {
      if (store.register(machine)) {
        Logger.info(LogLine.of(machine, "row created (register = true)"));
      }
    } catch (SQLException e) {
      Trouble trouble = Trouble.of(e);
      if (trouble != Trouble.CONTENT && trouble != Trouble.BUSY) {
        throw e;
      }
      // Somebody may be about to insert the very row, and keep us waiting for that.
      tellOnce(machine, "its row cannot be created: " + LogLine.cause(e));
    }
  }

  private void tellOnce(String machine, String what) {
    if (!what.equals(told.put(machine, what))) {
      tell(machine, what);
    }
  }

  private static void tell(String machine, String what) {
    Logger.error(LogLine.of(machine, what + "; the other machines go on"));
  }
}
