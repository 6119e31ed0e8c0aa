package dev.millwright.runtime;

import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.machine.Shown;
import java.time.Instant;

/**
 * What a drive shows, on the disk before it is shown (I2). Changed by the deciding thread alone;
 * others may look at it. Each change says why it was not kept, or null when it was.
 */
final class DriveMemory {

  private interface Keeping {
    void run() throws JournalException;
  }

  private final Journal journal;
  private final Complaints complaints;
  private volatile DriveRecord shown;
  private volatile boolean isNew;

  /**
   * @param kept what was shown last; null when nothing ever was
   */
  DriveMemory(String machine, DriveRecord kept, Journal journal, TimeSource time) {
    this.journal = journal;
    this.complaints = new Complaints(machine, time, true);
    this.isNew = kept == null;
    this.shown = kept == null ? DriveRecord.first(machine, time.now()) : kept;
  }

  DriveRecord shown() {
    return shown;
  }

  /** Whether nothing was ever kept: the machine or the journal is new, or the journal was lost. */
  boolean isNew() {
    return isNew;
  }

  /** A run begins, with its recipe as it is now. */
  String begin(Run run, Instant now) {
    DriveRecord begun =
        new DriveRecord(
            shown.machine(),
            Shown.PROCESSING,
            shown.runs() + 1,
            now,
            false,
            null,
            run.recipe().name(),
            run.parameters(),
            run.command().batch(),
            null,
            run.order(run.command(), null));
    return keep(begun, () -> journal.drive(begun, run.recipe()));
  }

  /** Another state. */
  String show(DriveRecord next) {
    return keep(next, () -> journal.drive(next));
  }

  /** Where the run is, for whoever finds it after a crash. */
  String step(String step) {
    return show(changed(shown.safe(), step));
  }

  /** The safe state is confirmed at last. */
  String safe() {
    return show(changed(true, shown.step()));
  }

  private DriveRecord changed(boolean safe, String step) {
    return new DriveRecord(
        shown.machine(),
        shown.shown(),
        shown.runs(),
        shown.since(),
        safe,
        shown.fault(),
        shown.recipe(),
        shown.parameters(),
        shown.batch(),
        step,
        shown.order());
  }

  private String keep(DriveRecord next, Keeping keeping) {
    try {
      keeping.run();
      complaints.well("the journal keeps it again");
      shown = next;
      isNew = false;
      return null;
    } catch (JournalException e) {
      complaints.trouble(e.kind().name(), "what it does cannot be kept: " + e.getMessage());
      return e.getMessage();
    }
  }
}
