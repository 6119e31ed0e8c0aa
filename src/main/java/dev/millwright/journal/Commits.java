package dev.millwright.journal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets several threads work with the file, one at a time. Writers that wait at the same moment
 * share one commit: the first to get hold of the file writes for all who are queued.
 */
final class Commits implements AutoCloseable {

  private final JournalFile file;

  /**
   * Who works with the file. Fair: otherwise a writer that is done at once takes it again, and
   * those whose writes it has done meanwhile wait for it a hundred times as long as for the disk.
   */
  private final ReentrantLock disk = new ReentrantLock(true);

  private List<Write> queued = new ArrayList<>();

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
    private boolean done;
    private Throwable failure;

    Write(Work work, boolean onDisk) {
      this.work = work;
      this.onDisk = onDisk;
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
    synchronized (this) {
      queued.add(write);
    }
    disk.lock();
    try {
      if (!write.done) {
        writeAllQueued();
      }
    } finally {
      disk.unlock();
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

  /** All in one commit; if that fails, each in its own, so that none fails for another's sake. */
  private void writeAllQueued() {
    List<Write> writes;
    List<Write> next = new ArrayList<>();
    synchronized (this) {
      writes = queued;
      queued = next;
    }
    Throwable failure = commit(writes);
    for (Write write : writes) {
      write.failure =
          failure == null ? null : writes.size() == 1 ? failure : commit(List.of(write));
      write.done = true;
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
