package dev.millwright.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.journal.Journal;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.Overview;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether all is well in some respect, and why not.
 *
 * @param faults reasons against it; empty when all is well
 * @param remarks what else is worth knowing
 */
public record Health(List<String> faults, List<String> remarks) {

  public Health {
    faults = List.copyOf(faults);
    remarks = List.copyOf(remarks);
  }

  /**
   * Whether the daemon is alive: each thread that its work depends on makes progress. A page that
   * hangs is said, and is no reason against it: whoever starts a daemon anew by this answer would
   * stop the work for the sake of what only shows it.
   *
   * @param overdue all loops that hang
   */
  public static Health alive(List<LoopState> loops, List<Overdue> overdue) {
    List<String> faults =
        loops.stream()
            .filter(loop -> loop.trouble() != null)
            .map(loop -> loop.name() + ": " + loop.trouble())
            .toList();
    List<String> remarks = new ArrayList<>(List.of(loops.size() + " threads are watched"));
    overdue.stream()
        .filter(each -> !each.vital())
        .map(
            each ->
                "the page hangs: "
                    + each.loop()
                    + ": silent for "
                    + each.silent().toSeconds()
                    + " s; the log says where")
        .forEach(remarks::add);
    return new Health(faults, remarks);
  }

  /**
   * Whether the daemon does its work: links are started and the journal takes what is decided. A
   * machine or a database that is away is no reason against it: the daemon is there for that.
   *
   * @param started whether the links were
   * @param room of the journal; null when it cannot be asked
   */
  public static Health ready(boolean started, Overview overview, Journal.Room room) {
    List<String> faults = new ArrayList<>();
    if (!started) {
      faults.add("links: they are not started yet");
    }
    if (overview.journalTrouble() != null) {
      faults.add("journal: " + overview.journalTrouble());
    } else if (room != null && room.usedBytes() >= room.limitBytes()) {
      faults.add("journal: it is full and takes no transition; see millwright journal list");
    }
    List<String> remarks = new ArrayList<>(List.of(words(overview.database())));
    Plant.links(overview).values().stream()
        .filter(link -> !link.open())
        .map(
            link ->
                "link "
                    + link.name()
                    + ": "
                    + (link.trouble() == null ? "it is not open yet" : link.trouble()))
        .forEach(remarks::add);
    return new Health(faults, remarks);
  }

  private static String words(DatabaseSnapshot database) {
    String since = " since " + database.since().truncatedTo(ChronoUnit.SECONDS);
    if (database.answers()) {
      return "database: it answers" + since;
    }
    return "database: "
        + (database.trouble() == null
            ? "not asked yet"
            : "away" + since + ": " + database.trouble());
  }

  boolean isWell() {
    return faults.isEmpty();
  }

  /** Line by line, the faults first. */
  String text() {
    List<String> lines = new ArrayList<>(List.of(isWell() ? "ok" : "not ok"));
    faults.forEach(fault -> lines.add("fault: " + fault));
    lines.addAll(remarks);
    return String.join("\n", lines);
  }

  String json() {
    JsonObject json = new JsonObject();
    json.addProperty("ok", isWell());
    json.add("faults", array(faults));
    json.add("remarks", array(remarks));
    return json.toString();
  }

  private static JsonArray array(List<String> words) {
    JsonArray array = new JsonArray();
    words.forEach(array::add);
    return array;
  }
}
