package dev.millwright.runtime;

import dev.millwright.journal.Batch;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Takes from the journal what is to be delivered next; where much waits, it reads that while the
 * database is still at work on what comes before it.
 *
 * <p>What was read ahead counts only where everything before it was written and confirmed, and
 * where what waits has not changed in another way meanwhile. Otherwise, and for little, it is read
 * again: the journal alone says what comes next, and in which order (I3).
 *
 * <p>Used by the delivery thread alone.
 */
final class Ahead implements AutoCloseable {

  /** At rest there is no thread. */
  private static final long IDLE_SECONDS = 5;

  private final Journal journal;
  private final int most;
  private final ThreadPoolExecutor reader;

  /** What is read ahead; null where nothing is, or what is does not count. */
  private Reading reading;

  private record Reading(Set<String> except, FutureTask<Batch> task) {}

  /**
   * @param most how many entries a batch has
   */
  Ahead(Journal journal, int most) {
    this.journal = journal;
    this.most = most;
    // Its queue is short: each reading is awaited, or is dropped at a trouble, after which there is
    // a pause.
    this.reader =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Ahead::thread);
    reader.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "delivery-ahead");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * What to deliver next, as {@link Journal#fair} says.
   *
   * @param served the machine that was served last
   * @param except machines to leave out
   */
  Batch next(String served, Set<String> except) throws JournalException, InterruptedException {
    Reading ahead = reading;
    reading = null;
    if (ahead != null) {
      Batch read = result(ahead.task());
      if (read != null
          && isMuch(read)
          && ahead.except().equals(except)
          && journal.isCurrent(read)) {
        return read;
      }
    }
    return journal.fair(served, most, except);
  }

  /**
   * Begins to read what follows on a batch that is being delivered, if that is large.
   *
   * @param served the machine that was served last in it
   */
  void begin(Batch underWay, String served, Set<String> except) {
    if (isMuch(underWay)) {
      reading =
          new Reading(
              except, new FutureTask<>(() -> journal.fairAfter(underWay, served, most, except)));
      reader.execute(reading.task());
    }
  }

  /** Not all that is under way was written: what follows on it is not what comes next. */
  void drop() {
    reading = null;
  }

  private boolean isMuch(Batch batch) {
    return batch.entries().size() >= most / 2;
  }

  private static Batch result(FutureTask<Batch> task)
      throws JournalException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JournalException refused) {
        throw refused;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    reader.shutdown();
  }
}
