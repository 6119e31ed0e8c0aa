package dev.millwright.journal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

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

    private boolean done;
    private Throwable failure;

    Write(Work work, boolean onDisk) {
      this.work = work;
      this.onDisk = onDisk;
    }

    void done(Throwable why) {
      failure = why;
      done = true;
    }
  }

  Commits(JournalFile file) {
    this.file = file;
  }

  /** Reads what no one changes meanwhile. */
  <T> T alone(Read<T> read) throws JournalException {
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
    write(refusal, new Write(work, true));
  }

  /**
   * The same, without the wait for the disk, for what may be lost when the power goes; what is
   * written after it is not there without it.
   */
  void writeInPassing(String refusal, Work work) throws JournalException {
    write(refusal, new Write(work, false));
  }

  private void write(String refusal, Write write) throws JournalException {
    if (!enqueue(write)) {
      // Whoever leads may be at its write already, so it cannot be taken back.
      write.turn.acquireUninterruptibly();
    }
    if (!write.done) {
      lead();
    }
    if (write.failure instanceof SQLException e) {
      throw JournalFile.failure(file.path(), refusal, e);
    } else if (write.failure instanceof JournalException e) {
      throw e;
    } else if (write.failure instanceof Error e) {
      throw e;
    } else if (write.failure != null) {
      throw new IllegalStateException("journal " + file.path() + " " + refusal, write.failure);
    }
  }

  /** Whether its caller is to write for all. */
  private synchronized boolean enqueue(Write write) {
    queued.add(write);
    boolean leads = !led;
    led = true;
    return leads;
  }

  /** Writes for all who are queued, this thread's own among them. */
  private void lead() {
    List<Write> writes;
    disk.lock();
    try {
      writes = take();
      writeAll(writes);
    } finally {
      disk.unlock();
    }
    handOn();
    writes.forEach(write -> write.turn.release());
  }

  private synchronized List<Write> take() {
    List<Write> writes = queued;
    queued = new ArrayList<>();
    return writes;
  }

  /** The one who has waited longest writes next. */
  private synchronized void handOn() {
    if (queued.isEmpty()) {
      led = false;
    } else {
      queued.get(0).turn.release();
    }
  }

  /** All in one commit; if that fails, each in its own, so that none fails for another's sake. */
  private void writeAll(List<Write> writes) {
    Throwable failure = commit(writes);
    for (int i = 0; i < writes.size(); i++) {
      Throwable own = failure;
      if (failure != null && writes.size() > 1) {
        own = commit(writes.subList(i, i + 1));
      }
      writes.get(i).done(own);
    }
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
    disk.lock();
    try {
      file.close();
    } finally {
      disk.unlock();
    }
  }
}
