package dev.millwright.journal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Lets several threads work with the file, one at a time. Writers that wait at the same moment
 * share one commit: one of them writes for all who are queued, and the others wait for no more than
 * that. Then one of those who have come meanwhile does.
 */
final class Commits implements AutoCloseable {

  private final JournalFile file;

  /**
   * Who works with the file: readers, and of the writers the one who writes for all. Fair: nobody
   * waits longer than for those who came before.
   */
  private final ReentrantLock disk = new ReentrantLock(true);

  /** Whose writes the next commit does. */
  private List<Write> queued = new ArrayList<>();

  /** How many of them nobody waits for. */
  private int putOff;

  /** Whether one of the writers is to write what is queued. */
  private boolean led;

  /** What one caller changes within a commit. */
  interface Work {
    void run() throws SQLException, JournalException;
  }

  /** What one caller looks up. */
  interface Read<T> {
    T run() throws JournalException;
  }

  /** One caller's part of a commit. */
  private static final class Write {
    private final Work work;
    private final boolean onDisk;

    /** Comes when it is done, or when its caller is to write for all. */
    private final Semaphore turn = new Semaphore(0);

    /**
     * Whether its caller is to write for all: also where it is done itself by then, or nobody
     * would.
     */
    private boolean leads;

    /**
     * Hears what became of it, null or a failure, while the file is still in use; null where the
     * caller waits for that.
     */
    private final Consumer<Throwable> told;

    /** Follows on it, before anybody else has the file; null where nothing does. */
    private final Runnable then;

    private Throwable failure;

    Write(Work work, Runnable then, boolean onDisk, Consumer<Throwable> told) {
      this.work = work;
      this.then = then;
      this.onDisk = onDisk;
      this.told = told;
    }

    void done(Throwable why) {
      failure = why;
      if (why == null && then != null) {
        then.run();
      }
      if (told != null) {
        told.accept(why);
      }
    }
  }

  Commits(JournalFile file) {
    this.file = file;
  }

  /** Reads what no one changes meanwhile; after what was put off is written. */
  <T> T alone(Read<T> read) throws JournalException {
    List<Write> writes = List.of();
    disk.lock();
    try {
      writes = hasPutOff() ? writeQueued() : writes;
      return read.run();
    } finally {
      disk.unlock();
      writes.forEach(write -> write.turn.release());
    }
  }

  /** The same; what was put off may be written or not. */
  <T> T aloneAsItIs(Read<T> read) throws JournalException {
    disk.lock();
    try {
      return read.run();
    } finally {
      disk.unlock();
    }
  }

  /**
   * Writes; on the disk when it returns.
   *
   * @param refusal how to say that it was not possible
   * @throws JournalException when it could not be written
   * @throws IllegalStateException when the work is mistaken
   */
  void write(String refusal, Work work) throws JournalException {
    write(refusal, work, null);
  }

  /**
   * The same.
   *
   * @param then is done when that is on the disk, before anybody else has the file, and must not
   *     fail; null for nothing
   */
  void write(String refusal, Work work, Runnable then) throws JournalException {
    write(refusal, new Write(work, then, true, null));
  }

  /**
   * Leaves it to the next commit, whoever's that is. It does not wait for the disk: what may be
   * lost when the power goes.
   *
   * @param told is told null when it is written, or why it is not and will not be
   */
  synchronized void putOff(Work work, Consumer<Throwable> told) {
    queued.add(new Write(work, null, false, told));
    putOff++;
  }

  /** Writes what was put off. */
  void flush() throws JournalException {
    if (hasPutOff()) {
      write("takes no confirmation", new Write(() -> {}, null, false, null));
    }
  }

  private synchronized boolean hasPutOff() {
    return putOff > 0;
  }

  private void write(String refusal, Write write) throws JournalException {
    if (!enqueue(write)) {
      // Whoever leads may be at its write already, so it cannot be taken back.
      write.turn.acquireUninterruptibly();
    }
    if (write.leads) {
      lead();
    }
    file.requireDone(refusal, write.failure);
  }

  /** Whether its caller is to write for all. */
  private synchronized boolean enqueue(Write write) {
    queued.add(write);
    write.leads = !led;
    led = true;
    return write.leads;
  }

  /** Writes for all who are queued, this thread's own among them. */
  private void lead() {
    List<Write> writes;
    disk.lock();
    try {
      // None where a reader has written for all meanwhile.
      writes = writeQueued();
    } finally {
      disk.unlock();
    }
    handOn();
    writes.forEach(write -> write.turn.release());
  }

  private synchronized List<Write> take() {
    List<Write> writes = queued;
    queued = new ArrayList<>();
    putOff = 0;
    return writes;
  }

  /** The one who has waited longest writes next. */
  private synchronized void handOn() {
    Write next = null;
    for (int i = 0; next == null && i < queued.size(); i++) {
      next = queued.get(i).told == null ? queued.get(i) : null;
    }
    led = next != null;
    if (led) {
      next.leads = true;
      next.turn.release();
    }
  }

  /**
   * All in one commit; if that fails, each in its own, so that none fails for another's sake.
   *
   * @return those whose callers are to be woken when the file is free
   */
  private List<Write> writeQueued() {
    List<Write> writes = take();
    Throwable failure = writes.isEmpty() ? null : commit(writes);
    for (int i = 0; i < writes.size(); i++) {
      Throwable own = failure;
      if (failure != null && writes.size() > 1) {
        own = commit(writes.subList(i, i + 1));
      }
      writes.get(i).done(own);
    }
    return writes;
  }

  /**
   * Whatever goes wrong goes to the caller whose write it was, also an {@code Error}: one that
   * escaped here would let the others return without their writes, and leave half of them behind.
   */
  private Throwable commit(List<Write> writes) {
    try {
      file.begin(writes.stream().anyMatch(write -> write.onDisk));
      for (Write write : writes) {
        write.work.run();
      }
      file.commit();
      return null;
    } catch (Throwable e) {
      try {
        file.rollback();
      } catch (SQLException | RuntimeException alsoFailed) {
        // SQLite has rolled back itself already; if not, the next beginning fails and says so.
        e.addSuppressed(alsoFailed);
      }
      return e;
    }
  }

  @Override
  public void close() {
    List<Write> writes = List.of();
    disk.lock();
    try {
      writes = writeQueued();
    } finally {
      file.close();
      disk.unlock();
      writes.forEach(write -> write.turn.release());
    }
  }
}
