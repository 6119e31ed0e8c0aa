package dev.millwright.runtime;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Replaces some links of a running daemon, whole or not at all (decision 0120). What cannot be
 * known beforehand and goes wrong in the middle puts back what ran.
 */
final class Rewire {

  static final String RELOADING = "its link is being opened anew; try again in a moment";
  private static final String CHANGED = "its configuration was changed";
  private static final String REMOVED = "no longer configured";

  private final List<RunningLink> links;
  private final Roster roster;
  private final Links making;
  private final Stopping stops;
  private final Journal journal;
  private final Consumer<Throwable> onDeath;

  /**
   * @param links those that run; changed here
   */
  Rewire(
      List<RunningLink> links,
      Roster roster,
      Links making,
      Stopping stops,
      Journal journal,
      Consumer<Throwable> onDeath) {
    this.links = links;
    this.roster = roster;
    this.making = making;
    this.stops = stops;
    this.journal = journal;
    this.onDeath = onDeath;
  }

  /** The reason of the first machine that has one; null when none has. */
  String occupied(Collection<String> machines) {
    for (String machine : machines) {
      Commandable commandable = roster.commandables().get(machine);
      String why = commandable == null ? null : commandable.occupied();
      if (why != null) {
        return machine + ": " + why;
      }
    }
    return null;
  }

  Engine.Rewired apply(Engine.Change change) {
    Set<String> begun =
        change.wirings().stream()
            .flatMap(wiring -> wiring.machines().stream())
            .map(MachineSettings::serialNumber)
            .collect(Collectors.toSet());
    List<RunningLink> old =
        links.stream()
            .filter(link -> link.hasAnyOf(begun) || link.hasAnyOf(change.removed()))
            .toList();
    Map<String, Commandable> reserved = new LinkedHashMap<>();
    try {
      String refusal = reserve(old, change.removed(), reserved);
      if (refusal != null) {
        return Engine.Rewired.refused(refusal);
      }
      // Nobody touches meanwhile what the journal holds of machines that nobody watches.
      synchronized (roster) {
        return replace(old, change, Links.Found.in(journal));
      }
    } catch (JournalException e) {
      return Engine.Rewired.refused(e.getMessage());
    } finally {
      reserved.values().forEach(each -> each.release(RELOADING));
    }
  }

  private static String reserve(
      List<RunningLink> old, Set<String> removed, Map<String, Commandable> reserved) {
    for (RunningLink link : old) {
      for (Map.Entry<String, Commandable> each : link.commandables().entrySet()) {
        if (removed.contains(each.getKey())) {
          continue;
        }
        String why = each.getValue().reserve(RELOADING);
        if (why != null) {
          return each.getKey() + ": " + why;
        }
        reserved.put(each.getKey(), each.getValue());
      }
    }
    return null;
  }

  private Engine.Rewired replace(List<RunningLink> old, Engine.Change change, Links.Found found) {
    long began = System.nanoTime();
    endRuns(old, change.removed());
    stops.links(old);
    try {
      retire(old, change);
      change.between().run();
      List<RunningLink> begun = begin(old, change.wirings(), found);
      return new Engine.Rewired(null, deadline -> pause(begun, began, deadline));
    } catch (RuntimeException e) {
      Logger.error(e, LogLine.of("daemon", "a fault of the daemon in a reload; putting it back"));
      putBack(old, found);
      return Engine.Rewired.refused("a fault of the daemon, what ran before runs again: " + e);
    }
  }

  /** As at the daemon's stop: the safe state first (I7). */
  private static void endRuns(List<RunningLink> old, Set<String> removed) {
    List<Drive> ended = new ArrayList<>();
    for (RunningLink link : old) {
      link.commandables()
          .forEach(
              (name, commandable) -> {
                if (removed.contains(name)) {
                  commandable.leave(REMOVED);
                }
              });
      link.drives().stream().filter(drive -> removed.contains(drive.name())).forEach(ended::add);
    }
    Stopping.awaitSafeStates(ended);
    ended.stream()
        .filter(drive -> !drive.isAtRest())
        .forEach(
            drive ->
                Logger.error(
                    LogLine.of(
                        drive.name(),
                        "is no longer configured, and its safe state is not written; LOOK AT IT")));
  }

  /** On a link that does not end, old observations might still come: then all begin anew. */
  private void retire(List<RunningLink> old, Engine.Change change) {
    Map<MachineMonitor, String> leaving = new LinkedHashMap<>();
    for (RunningLink link : old) {
      for (MachineMonitor monitor : link.monitors()) {
        if (change.removed().contains(monitor.name())) {
          leaving.put(monitor, REMOVED);
        } else if (!change.unchanged().contains(monitor.name()) || !link.isOver()) {
          leaving.put(monitor, CHANGED);
        } else {
          monitor.linkDown(RELOADING);
        }
      }
    }
    stops.machines(
        leaving.keySet(),
        monitor -> {
          Known last = monitor.retire(leaving.get(monitor));
          if (leaving.get(monitor).equals(REMOVED)) {
            tellClaim(last);
          }
        });
  }

  /** Nobody is left who could tell the row (I4). */
  static void tellClaim(Known last) {
    if (last != null && last.state().status() != Status.OFFLINE) {
      Logger.warn(
          LogLine.of(
              last.machine(),
              "is no longer configured, and its row still says "
                  + last.state().status().word()
                  + ": UPDATE machines SET status = 'offline' WHERE serial_number = '"
                  + last.machine()
                  + "'"));
    }
  }

  private List<RunningLink> begin(
      List<RunningLink> old, List<Engine.Wiring> wirings, Links.Found found) {
    Map<String, MachineMonitor> kept = new HashMap<>();
    Map<String, Known> known = new HashMap<>(found.known());
    for (RunningLink link : old) {
      for (MachineMonitor monitor : link.monitors()) {
        if (!monitor.isRetired()) {
          kept.put(monitor.name(), monitor);
        } else if (monitor.known() == null) {
          known.remove(monitor.name());
        } else {
          known.put(monitor.name(), monitor.known());
        }
      }
    }
    Links.Found from = new Links.Found(known, found.drives());
    List<RunningLink> begun = new ArrayList<>();
    wirings.forEach(wiring -> begun.add(making.of(wiring, from, kept)));
    List<RunningLink> now = new ArrayList<>(links);
    now.removeAll(old);
    now.addAll(begun);
    roster.replace(now);
    links.clear();
    links.addAll(now);
    begun.forEach(RunningLink::start);
    return begun;
  }

  private void putBack(List<RunningLink> old, Links.Found found) {
    try {
      List<RunningLink> unused = begin(old, old.stream().map(RunningLink::wiring).toList(), found);
    } catch (RuntimeException e) {
      onDeath.accept(e);
      throw e;
    }
  }

  private static Duration pause(List<RunningLink> begun, long began, long deadline)
      throws InterruptedException {
    for (RunningLink link : begun) {
      if (!link.runner().awaitHeard(deadline)) {
        return null;
      }
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
