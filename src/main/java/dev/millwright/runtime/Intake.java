package dev.millwright.runtime;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Transition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where decisions go: onto the disk first (I2), then to whoever delivers them. Safe for use by
 * several threads.
 *
 * <p>When the journal takes nothing, because it or the disk is full or fails, nothing is decided
 * until it does again (I8). What a machine does meanwhile is concluded afterwards from what it
 * shows then and from its counter.
 */
final class Intake {

  private final Journal journal;
  private final Meter meter;
  private final Complaints complaints;

  /** Used by one thread, the one that keeps contacts. */
  private final Complaints contactComplaints;

  /** Others look at it. */
  private volatile String trouble;

  private final Semaphore work = new Semaphore(0);

  Intake(Journal journal, TimeSource time) {
    this(journal, time, Meter.NONE);
  }

  /**
   * The same.
   *
   * @param meter hears of what is decided
   */
  Intake(Journal journal, TimeSource time, Meter meter) {
    this.journal = journal;
    this.meter = meter;
    this.complaints = new Complaints("journal", time, true);
    this.contactComplaints = new Complaints("journal", time, true);
  }

  /**
   * Takes all that was decided at once about one machine.
   *
   * @param base what was known of it before
   * @param after what is known of it then
   * @return whether it is on the disk; if not, nothing is, and nothing was decided
   */
  boolean take(Known base, Known after, List<Transition> decided) {
    try {
      journal.append(base, after, decided);
    } catch (JournalException e) {
      trouble(e);
      return false;
    }
    well();
    work.release();
    decided.forEach(transition -> meter.decided(base.machine(), transition));
    return true;
  }

  /** Why it takes nothing; null while it does. */
  String trouble() {
    return trouble;
  }

  /** Keeps when machines were seen last, so that a gap is known to begin there. */
  void keep(Collection<Known> seen) {
    try {
      journal.know(seen);
      contactComplaints.well("keeps contacts again");
    } catch (JournalException e) {
      contactComplaints.trouble(
          e.kind().name(),
          e.getMessage() + "; after a crash now, gaps would seem to begin earlier than they did");
    }
  }

  private void well() {
    trouble = null;
    synchronized (complaints) {
      complaints.well("takes transitions again");
    }
  }

  private void trouble(JournalException e) {
    trouble = e.getMessage();
    synchronized (complaints) {
      complaints.trouble(
          e.kind().name(),
          e.getMessage() + "; nothing is decided until that is over; machines are read on");
    }
  }

  /**
   * Waits until there is something to deliver, or {@link #hurry} is called; at most so long.
   *
   * @return whether it was not as long
   */
  boolean await(Duration atMost) throws InterruptedException {
    boolean came = work.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (came) {
      work.drainPermits();
    }
    return came;
  }

  /** Ends one wait. */
  void hurry() {
    work.release();
  }
}
