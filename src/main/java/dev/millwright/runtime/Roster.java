package dev.millwright.runtime;

import dev.millwright.journal.JournalException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The machines that are watched now, which a reload changes. Safe for use by several threads;
 * whoever looks twice and gets the same object has seen no change.
 */
final class Roster {

  private record Now(
      List<RunningLink> links,
      Map<String, MachineMonitor> byName,
      List<MachineMonitor> monitors,
      List<Drive> drives,
      Map<String, Commandable> commandables) {}

  /** Something that is done with the journal. */
  interface Step {
    void run() throws JournalException;
  }

  private volatile Now now = new Now(List.of(), Map.of(), List.of(), List.of(), Map.of());

  /** Nobody yet. */
  Roster() {}

  /** Machines that are only watched, whatever their links. */
  static Roster of(Collection<MachineMonitor> monitors) {
    Roster roster = new Roster();
    roster.set(List.of(), monitors, List.of(), Map.of());
    return roster;
  }

  /** From now on it is the machines behind these links. */
  void replace(Collection<RunningLink> links) {
    Map<String, Commandable> commandables = new LinkedHashMap<>();
    links.forEach(link -> commandables.putAll(link.commandables()));
    set(
        links,
        links.stream().flatMap(link -> link.monitors().stream()).toList(),
        links.stream().flatMap(link -> link.drives().stream()).toList(),
        commandables);
  }

  private synchronized void set(
      Collection<RunningLink> links,
      Collection<MachineMonitor> monitors,
      List<Drive> drives,
      Map<String, Commandable> commandables) {
    Map<String, MachineMonitor> byName = new LinkedHashMap<>();
    monitors.forEach(monitor -> byName.put(monitor.name(), monitor));
    now =
        new Now(
            List.copyOf(links), byName, List.copyOf(monitors), drives, Map.copyOf(commandables));
  }

  /** What the machines are behind. */
  List<RunningLink> links() {
    return now.links();
  }

  /** In the order of the configuration. */
  List<MachineMonitor> monitors() {
    return now.monitors();
  }

  /** Null for a machine that is not watched. */
  MachineMonitor monitor(String name) {
    return now.byName().get(name);
  }

  /** What steps machines through recipes. */
  List<Drive> drives() {
    return now.drives();
  }

  /** What takes commands, by serial number. */
  Map<String, Commandable> commandables() {
    return now.commandables();
  }

  /**
   * Does something to what the journal holds of a machine that nobody watches, and that nobody
   * begins to watch meanwhile: who does starts from what the journal knows.
   */
  synchronized void whileUnwatched(String machine, Step step) throws JournalException {
    if (monitor(machine) == null) {
      step.run();
    }
  }
}
