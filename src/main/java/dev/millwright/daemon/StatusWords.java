package dev.millwright.daemon;

import dev.millwright.journal.Backlog;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a daemon fares in one line, the worst first, for {@code systemctl status}. */
final class StatusWords {

  private static final DateTimeFormatter SINCE = DateTimeFormatter.ofPattern("MM-dd HH:mm");

  private static final int MOST_NAMES = 3;

  private StatusWords() {}

  /**
   * @param overdue the loops that hang
   * @param journalTrouble why the journal takes nothing; null while it does
   */
  static String of(Overview overview, List<Overdue> overdue, String journalTrouble) {
    List<String> words = new ArrayList<>();
    addHanging(words, "HANGS, to be restarted: ", overdue.stream().filter(Overdue::vital));
    if (journalTrouble != null) {
      words.add("nothing is decided: " + journalTrouble);
    }
    DatabaseSnapshot database = overview.database();
    if (!database.answers() && database.trouble() != null) {
      words.add("database away since " + local(database.since()));
    }
    addLinks(words, overview);
    addWaiting(words, overview);
    addHanging(words, "the page hangs: ", overdue.stream().filter(each -> !each.vital()));
    int machines = overview.machines().size();
    words.add(machines == 1 ? "1 machine watched" : machines + " machines watched");
    return String.join("; ", words);
  }

  private static void addHanging(List<String> words, String what, Stream<Overdue> overdue) {
    String loops = overdue.map(Overdue::loop).collect(Collectors.joining(", "));
    if (!loops.isEmpty()) {
      words.add(what + loops);
    }
  }

  private static void addLinks(List<String> words, Overview overview) {
    List<LinkSnapshot> links =
        overview.machines().stream().map(MachineSnapshot::link).distinct().toList();
    List<LinkSnapshot> lost =
        links.stream().filter(link -> !link.open() && link.trouble() != null).toList();
    if (!lost.isEmpty()) {
      words.add(
          lost.size()
              + " of "
              + links.size()
              + (links.size() == 1 ? " link lost: " : " links lost: ")
              + lost.stream()
                  .limit(MOST_NAMES)
                  .map(link -> link.name() + " since " + local(link.since()))
                  .collect(Collectors.joining(", "))
              + (lost.size() > MOST_NAMES ? ", …" : ""));
    }
  }

  private static void addWaiting(List<String> words, Overview overview) {
    List<Backlog> backlogs =
        overview.machines().stream()
            .map(MachineSnapshot::backlog)
            .filter(Objects::nonNull)
            .toList();
    long waiting = backlogs.stream().mapToLong(Backlog::waiting).sum();
    long quarantined = backlogs.stream().mapToLong(Backlog::quarantined).sum();
    if (overview.journalTrouble() != null) {
      words.add("the journal cannot be asked: " + overview.journalTrouble());
    }
    if (waiting > 0) {
      words.add(waiting == 1 ? "1 transition waits" : waiting + " transitions wait");
    }
    if (quarantined > 0) {
      words.add(quarantined + " in quarantine");
    }
  }

  private static String local(Instant instant) {
    return SINCE.format(instant.atZone(ZoneId.systemDefault()));
  }
}
