package dev.millwright.runtime;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.KeptRecipe;
import dev.millwright.journal.Known;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import dev.millwright.store.RunProgress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is written of runs beside their transitions: the recipe as it was, before the first
 * transition that names it; and how far a run is, at most once a second, when nothing else waits.
 */
final class RunNotes {

  static final Duration EACH = Duration.ofSeconds(1);

  /** More versions than a host runs in a year; beyond them one is sent once more. */
  private static final int MOST_KNOWN = 1_000;

  private final MachineStore store;
  private final RecipeVersions versions;
  private final Journal journal;
  private final List<Drive> drives;
  private final TimeSource time;
  private final Set<String> kept = new HashSet<>();
  private final Map<String, RunProgress> written = new HashMap<>();
  private final Map<String, Long> writtenAt = new HashMap<>();

  /**
   * @param versions null where no machine is driven
   */
  RunNotes(
      MachineStore store,
      RecipeVersions versions,
      Journal journal,
      List<Drive> drives,
      TimeSource time) {
    this.store = store;
    this.versions = versions;
    this.journal = journal;
    this.drives = drives;
    this.time = time;
  }

  /** Keeps the recipes that these transitions name. */
  void recipes(Collection<Entry> batch) throws SQLException, JournalException {
    for (Entry entry : batch) {
      String hash =
          entry.transition().detail().order() == null
              ? null
              : entry.transition().detail().order().recipeHash();
      if (hash == null || versions == null || kept.contains(hash)) {
        continue;
      }
      KeptRecipe recipe = journal.recipe(hash);
      if (recipe != null) {
        versions.keep(hash, recipe.name(), recipe.source());
      }
      if (kept.size() >= MOST_KNOWN) {
        kept.clear();
      }
      kept.add(hash);
    }
  }

  /** Writes how far the runs are. */
  void progress() throws SQLException {
    long now = time.nanos();
    for (Drive drive : drives) {
      RunProgress progress = drive.progress();
      Known known = drive.known();
      Long last = writtenAt.get(drive.name());
      boolean due = last == null || now - last >= EACH.toNanos();
      if (progress != null && known != null && due && !progress.equals(written.get(drive.name()))) {
        store.progress(known.rowId(), progress);
        written.put(drive.name(), progress);
        writtenAt.put(drive.name(), now);
      }
    }
  }
}
