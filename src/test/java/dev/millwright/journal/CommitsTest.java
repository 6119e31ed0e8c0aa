package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I2: what has to be on the disk is written with SQLite's {@code synchronous=FULL} (2), whatever
 * was written in passing before it, or is written together with it.
 */
class CommitsTest {

  private static final int NORMAL = 1;
  private static final int FULL = 2;
  private static final long LIMIT_SECONDS = 30;

  @TempDir Path folder;

  private final List<Integer> seen = new ArrayList<>();

  @Test
  void onlyWhatIsWrittenInPassingDoesNotWaitForTheDisk() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      commits.write("fails", () -> note(file));
      commits.writeInPassing("fails", () -> note(file));
      commits.writeInPassing("fails", () -> note(file));
      commits.write("fails", () -> note(file));
    }
    assertEquals(List.of(FULL, NORMAL, NORMAL, FULL), seen);
  }

  /** Those who share a commit get what the most demanding of them needs. */
  @Test
  void whatIsWrittenTogetherWaitsForTheDiskForTheSakeOfOne() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      Thread holder = start(() -> commits.alone(() -> hold(held, release)));
      await(held);
      Thread passing = start(() -> commits.writeInPassing("fails", () -> note(file)));
      awaitWaiting(passing);
      Thread demanding = start(() -> commits.write("fails", () -> note(file)));
      awaitWaiting(demanding);
      release.countDown();
      for (Thread thread : List.of(holder, passing, demanding)) {
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      }
    }
    assertEquals(List.of(FULL, FULL), seen);
  }

  /** Within a commit; anew each time, as SQLite answers when it parses. */
  private void note(JournalFile file) throws SQLException {
    file.forgetPrepared();
    try (ResultSet row = file.prepared("PRAGMA synchronous").executeQuery()) {
      seen.add(row.getInt(1));
    }
  }

  private static Void hold(CountDownLatch held, CountDownLatch release) {
    held.countDown();
    await(release);
    return null;
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not within " + LIMIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until it waits for the file. */
  private static void awaitWaiting(Thread thread) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (thread.getState() != Thread.State.WAITING && System.nanoTime() - until < 0) {
      Thread.sleep(5);
    }
  }

  /** What a thread does here. */
  private interface Work {
    void run() throws JournalException;
  }

  private static Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (JournalException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }
}
