package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Ledger;
import dev.millwright.control.ControlClient;
import dev.millwright.control.ControlNews;
import dev.millwright.control.ControlNews.State;
import dev.millwright.control.ReloadRequest;
import dev.millwright.testing.Cable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Changes the files of a hall's daemon, reloads, and keeps in the ledger what that excuses. */
final class Reloading {

  private static final Pattern PAUSE = Pattern.compile("not watched for (\\d+) ms");

  private final Hall hall;
  private final String apart;
  private final Cable cable;
  private final Path socket;
  private final Ledger ledger;
  private final Random random;

  /** The first on each link is never changed itself: others open its link anew. */
  private final List<String> changeable;

  private final Set<String> watched;
  private final Map<String, Ledger.Entry> removed = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<Long> pausesMs = new ArrayList<>();
  private int changes;

  /**
   * @param hall whose files are written
   * @param apart gets a link of its own, and is never changed
   * @param cable through which the others on OPC UA are reached
   */
  Reloading(Hall hall, String apart, Cable cable, Path socket, Ledger ledger, Random random)
      throws Exception {
    this.hall = hall;
    this.apart = apart;
    this.cable = cable;
    this.socket = socket;
    this.ledger = ledger;
    this.random = random;
    this.watched = new TreeSet<>(hall.machines());
    this.changeable =
        hall.machines().stream()
            .filter(each -> !Set.of(apart, "M001", "U01").contains(each))
            .toList();
    Files.writeString(hall.file(apart), hall.text(apart).replace("//127.0.0.1", "//localhost"));
    for (String each : watched) {
      if (!each.equals(apart)) {
        Files.writeString(hall.file(each), text(each));
      }
    }
    for (String later : List.of("M004", "U04")) {
      Files.delete(hall.file(later));
      watched.remove(later);
    }
  }

  Set<String> watched() {
    return watched;
  }

  /** Waits for a while, and does one of the things that can befall a configuration. */
  void reload() throws Exception {
    Thread.sleep(random.nextInt(2_000));
    String machine = changeable.get(random.nextInt(changeable.size()));
    int draw = random.nextInt(10);
    if (draw < 2) {
      unchanged();
    } else if (draw < 5) {
      broken(machine);
    } else if (!watched.contains(machine)) {
      add(machine);
    } else if (draw < 7) {
      remove(machine);
    } else if (Hall.isUnit(machine) || random.nextInt(4) > 0) {
      change(machine);
    } else {
      changeBlindly(machine);
    }
  }

  /** A link that cannot be opened is closed and made anew like any other. */
  private void changeBlindly(String machine) throws Exception {
    Set<String> behind =
        hall.machines().stream()
            .filter(each -> !Hall.isUnit(each) && !each.equals(apart))
            .collect(Collectors.toSet());
    Ledger.Entry cut = ledger.begin(Kind.HURT, "the cable is cut", behind);
    cable.unplug();
    change(machine);
    cable.plug();
    cut.close();
    counts.merge("without a server", 1, Integer::sum);
  }

  /** Has all machines watched again. */
  void takeBack() throws Exception {
    for (String machine : changeable) {
      if (!watched.contains(machine)) {
        add(machine);
      }
    }
  }

  private void unchanged() throws Exception {
    ControlNews news = ask("unchanged");
    assertEquals("unchanged: " + watched.size() + " machines", news.message());
  }

  /** What is right in another file is not taken either. */
  private void broken(String machine) throws Exception {
    String neighbour = Hall.isUnit(machine) ? "M001" : "U01";
    Path file = hall.file(machine);
    String before = watched.contains(machine) ? Files.readString(file) : null;
    Files.writeString(file, text(machine).replace("poll =", "pol ="));
    Files.delete(hall.file(neighbour));
    ControlNews news = ask("broken");
    assertEquals(State.MISTAKEN, news.state(), news.message());
    assertTrue(news.message().contains(file.getFileName() + ":"), news.message());
    Files.writeString(hall.file(neighbour), text(neighbour));
    if (before == null) {
      Files.delete(file);
    } else {
      Files.writeString(file, before);
    }
  }

  private void change(String machine) throws Exception {
    changes++;
    String stale = "stale_after = \"%dms\"";
    Files.writeString(
        hall.file(machine),
        text(machine)
            .replace(
                stale.formatted(hall.staleAfter().toMillis()),
                stale.formatted(hall.staleAfter().plusMillis(changes).toMillis())));
    anew("changed", machine);
  }

  private void remove(String machine) throws Exception {
    Files.delete(hall.file(machine));
    // Nobody watches it from here until it is added again.
    removed.put(machine, ledger.begin(Kind.AWAY, "removed", Set.of(machine)));
    anew("removed", machine);
    watched.remove(machine);
  }

  private void add(String machine) throws Exception {
    Files.writeString(hall.file(machine), text(machine));
    anew("added", machine);
    watched.add(machine);
    if (removed.containsKey(machine)) {
      removed.remove(machine).close();
    }
  }

  /** Its link is opened anew, for all that are behind it. */
  private void anew(String what, String machine) throws Exception {
    Set<String> others =
        watched.stream()
            .filter(each -> !Set.of(apart, machine).contains(each))
            .filter(each -> Hall.isUnit(each) == Hall.isUnit(machine))
            .collect(Collectors.toSet());
    Set<String> behind = new TreeSet<>(others);
    behind.add(machine);
    Ledger.Entry absence = ledger.begin(Kind.AWAY, "reload: " + what + " " + machine, behind);
    ControlNews news = ask(what);
    absence.close();
    assertEquals(State.COMPLETED, news.state(), news.message());
    assertTrue(news.message().contains(machine + "  " + what), news.message());
    for (String each : others) {
      assertTrue(news.message().contains(each + "  unchanged, on a link that"), news.message());
    }
    Matcher pause = PAUSE.matcher(news.message());
    if (pause.find()) {
      pausesMs.add(Long.parseLong(pause.group(1)));
    } else {
      // No server, or a busy host; what is missed is excused until the link is heard of.
      assertTrue(news.message().contains("not heard of again within"), news.message());
      counts.merge("heard of late", 1, Integer::sum);
    }
  }

  private String text(String machine) {
    return hall.text(machine).replace(":" + hall.opcUaPort() + "\"", ":" + cable.port() + "\"");
  }

  private ControlNews ask(String what) throws Exception {
    counts.merge(what, 1, Integer::sum);
    try (ControlClient daemon = ControlClient.ask(socket, new ReloadRequest(false))) {
      return daemon.next();
    }
  }

  /** How often a machine was changed or removed, and so left offline at most. */
  int changesAndRemovals() {
    return counts.getOrDefault("changed", 0) + counts.getOrDefault("removed", 0);
  }

  /** What was done, and for how long links were not watched. */
  @Override
  public String toString() {
    List<Long> sorted = pausesMs.stream().sorted().toList();
    return sorted.isEmpty()
        ? "reloads: " + counts
        : "reloads: %s; links not watched for %d ms in the median, %d ms at most"
            .formatted(counts, sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
  }
}
