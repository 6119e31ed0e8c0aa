package dev.millwright.runtime;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.KeptRecipe;
import dev.millwright.journal.Known;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import dev.millwright.store.RunProgress;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tinylog.Logger;

/**
 * What is written of runs beside their transitions: the recipe as it was, before the first
 * transition that names it; and how far a run is, at most once a second, when nothing else waits.
 * What one machine's note runs into keeps no other machine waiting.
 */
final class RunNotes {

  static final Duration EACH = Duration.ofSeconds(1);

  /** More versions than a host runs in a year; beyond them one is sent once more. */
  private static final int MOST_KNOWN = 1_000;

  private final MachineStore store;
  private final RecipeVersions versions;
  private final Journal journal;
  private final Roster roster;
  private final TimeSource time;

  /** Machines whose progress cannot be written now. */
  private final Aside aside;

  private final Complaints complaints;
  private final Set<String> kept = new HashSet<>();
  private final Map<String, RunProgress> written = new HashMap<>();
  private final Map<String, Long> writtenAt = new HashMap<>();

  /** Those of the last look; one that has gone since has a last thing to say. */
  private List<Drive> drives = List.of();

  /**
   * @param versions null where no machine is ever driven
   */
  RunNotes(
      MachineStore store,
      RecipeVersions versions,
      Journal journal,
      Roster roster,
      TimeSource time) {
    this.store = store;
    this.versions = versions;
    this.journal = journal;
    this.roster = roster;
    this.time = time;
    this.aside = new Aside(time);
    this.complaints = new Complaints("database", time, true);
  }

  /**
   * Keeps the recipes that these transitions name.
   *
   * @return the machines whose transitions have to wait for that, and why
   */
  Map<String, String> recipes(Collection<Entry> batch) throws SQLException, JournalException {
    Map<String, String> waiting = new HashMap<>();
    Map<String, String> troubled = new HashMap<>();
    for (Entry entry : batch) {
      String hash =
          entry.transition().detail().order() == null
              ? null
              : entry.transition().detail().order().recipeHash();
      if (hash == null || versions == null || kept.contains(hash)) {
        continue;
      }
      if (troubled.containsKey(hash)) {
        waiting.put(entry.machine(), troubled.get(hash));
        continue;
      }
      KeptRecipe recipe = journal.recipe(hash);
      try {
        if (recipe != null) {
          versions.keep(hash, recipe.name(), recipe.source());
        }
      } catch (SQLException e) {
        requireOfOne(e);
        troubled.put(
            hash,
            "recipe " + recipe.name() + " cannot be kept: " + LogLine.cause(e) + "; trying again");
        waiting.put(entry.machine(), troubled.get(hash));
        continue;
      }
      if (kept.size() >= MOST_KNOWN) {
        kept.clear();
      }
      kept.add(hash);
    }
    return waiting;
  }

  /** Throws it again where it would be the same for any machine, and where nobody answers. */
  private static void requireOfOne(SQLException e) throws SQLException {
    switch (Trouble.of(e)) {
      case AWAY, READ_ONLY, SCHEMA -> throw e;
      case BUSY, CONTENT, PERMISSION, OTHER -> Logger.debug(e);
    }
  }

  /** Writes how far the runs are. */
  void progress() throws SQLException {
    List<Drive> now = roster.drives();
    if (now != drives) {
      for (Drive drive : drives) {
        if (!now.contains(drive)) {
          write(drive);
          aside.end(drive.name());
        }
      }
      written.keySet().retainAll(now.stream().map(Drive::name).toList());
      writtenAt.keySet().retainAll(written.keySet());
      drives = now;
    }
    Set<String> pausing = aside.pausing();
    for (Drive drive : drives) {
      Long last = writtenAt.get(drive.name());
      boolean isDue = last == null || time.nanos() - last >= EACH.toNanos();
      if (isDue && !pausing.contains(drive.name())) {
        write(drive);
      }
    }
  }

  private void write(Drive drive) throws SQLException {
    RunProgress progress = drive.progress();
    Known known = drive.known();
    if (progress == null || known == null || progress.equals(written.get(drive.name()))) {
      return;
    }
    writtenAt.put(drive.name(), time.nanos());
    try {
      if (store.progress(known.rowId(), progress)) {
        written.put(drive.name(), progress);
      }
      aside.end(drive.name());
      if (aside.isEmpty()) {
        complaints.well("how far runs are can be written again");
      }
    } catch (SQLException e) {
      requireOfOne(e);
      aside.put(drive.name());
      complaints.trouble(
          drive.name() + " " + e.getSQLState(),
          drive.name()
              + ": how far its run is cannot be written: "
              + LogLine.cause(e)
              + "; trying again, its transitions are written all the same");
    }
  }
}
