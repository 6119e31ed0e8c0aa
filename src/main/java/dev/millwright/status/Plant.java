package dev.millwright.status;

import dev.millwright.journal.Backlog;
import dev.millwright.machine.Status;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What one overview says of machines, links, database and what waits, as metrics. */
final class Plant {

  private Plant() {}

  static void add(Families families, Overview overview) {
    overview.machines().forEach(machine -> add(families, machine));
    links(overview)
        .forEach(
            (name, link) ->
                families.gauge(
                    "millwright_link_up", "Whether a link is open.", link.open(), "link", name));
    families.gauge(
        "millwright_database_up",
        "Whether the database answered last time, and was the right one.",
        overview.database().answers());
    families.gauge(
        "millwright_journal_up",
        "Whether the journal can be read.",
        overview.journalTrouble() == null);
    List<Backlog> backlogs =
        overview.machines().stream()
            .map(MachineSnapshot::backlog)
            .filter(Objects::nonNull)
            .toList();
    families.gauge(
        "millwright_pending_oldest_age_seconds",
        "Age of the oldest transition that waits for the database; 0 when none does.",
        overview.journalTrouble() == null ? oldest(backlogs, overview.at()) : null);
  }

  /** By name. */
  static Map<String, LinkSnapshot> links(Overview overview) {
    return overview.machines().stream()
        .map(MachineSnapshot::link)
        .collect(Collectors.toMap(LinkSnapshot::name, link -> link, (a, b) -> a, TreeMap::new));
  }

  private static Double oldest(List<Backlog> backlogs, Instant now) {
    return backlogs.stream()
        .map(Backlog::oldest)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .map(since -> Math.max(0, Counts.seconds(Duration.between(since, now))))
        .orElse(0.0);
  }

  private static void add(Families families, MachineSnapshot machine) {
    String name = machine.machine();
    Status now = machine.row() == null ? null : machine.row().state().status();
    for (Status status : Status.values()) {
      families.gauge(
          "millwright_machine_status",
          "1 for the status of a machine's row, 0 for the others; all are 0 while it has none.",
          status == now,
          "machine",
          name,
          "status",
          status.word());
    }
    families.gauge(
        "millwright_machine_data_age_seconds",
        "How old a machine's last good data is; absent when there was none since the start.",
        machine.age() == null ? null : Counts.seconds(machine.age()),
        "machine",
        name);
    Backlog backlog = machine.backlog();
    families.gauge(
        "millwright_pending_transitions",
        "Transitions in the journal that the database has not confirmed.",
        backlog == null ? null : backlog.waiting(),
        "machine",
        name);
    families.gauge(
        "millwright_quarantined_transitions",
        "Transitions in the journal that the database refuses.",
        backlog == null ? null : backlog.quarantined(),
        "machine",
        name);
  }
}
