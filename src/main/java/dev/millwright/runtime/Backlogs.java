package dev.millwright.runtime;

import dev.millwright.journal.Backlog;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import java.time.Duration;
import java.util.Map;

/**
 * How much of each machine is in the journal, counted anew only now and then: counting a great many
 * keeps those waiting who write to it. Safe for use by several threads.
 */
final class Backlogs {

  /** What was counted is not counted again for so long. */
  private static final Duration KEEP = Duration.ofMillis(200);

  /** Counting takes this part of the time at most. */
  private static final int SHARE = 20;

  private final Journal journal;
  private final TimeSource time;
  private Counted last;
  private long next;

  /**
   * What was found.
   *
   * @param machines those that have any, by serial number; empty when there is a trouble
   * @param trouble why it could not be counted; null when it could
   */
  record Counted(Map<String, Backlog> machines, String trouble) {

    /** Null when it is not known. */
    Backlog of(String machine) {
      return trouble == null ? machines.getOrDefault(machine, Backlog.NONE) : null;
    }
  }

  Backlogs(Journal journal, TimeSource time) {
    this.journal = journal;
    this.time = time;
  }

  /** May wait for the disk. */
  synchronized Counted count() {
    long begun = time.nanos();
    if (last == null || begun - next >= 0) {
      try {
        last = new Counted(journal.backlogs(), null);
      } catch (JournalException e) {
        last = new Counted(Map.of(), e.getMessage());
      }
      long now = time.nanos();
      next = now + Math.max(KEEP.toNanos(), (now - begun) * SHARE);
    }
    return last;
  }
}
