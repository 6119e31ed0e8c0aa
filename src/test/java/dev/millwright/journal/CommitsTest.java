package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** What became of what was put off. */
  private final List<Throwable> told = new ArrayList<>();

  @Test
  void onlyWhatIsPutOffDoesNotWaitForTheDisk() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      commits.write("fails", () -> note(file));
      commits.putOff(() -> note(file), told::add);
      assertEquals(1, seen.size(), "nobody writes yet");
      commits.flush();
      commits.putOff(() -> note(file), told::add);
      commits.putOff(() -> note(file), told::add);
      commits.alone(() -> null);
      commits.write("fails", () -> note(file));
    }
    assertEquals(List.of(FULL, NORMAL, NORMAL, NORMAL, FULL), seen);
    assertEquals(Arrays.asList(null, null, null), told);
  }

  /** Those who share a commit get what the most demanding of them needs. */
  @Test
  void whatIsWrittenTogetherWaitsForTheDiskForTheSakeOfOne() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      try (Holding holding = Holding.of(commits)) {
        commits.putOff(() -> note(file), told::add);
        holding.waiting(() -> commits.write("fails", () -> note(file)));
      }
    }
    assertEquals(List.of(FULL, FULL), seen);
  }

  /**
   * A hundred links that are done with one commit must not wait for each other, nor for a reader
   * who comes after it.
   */
  @Test
  void whoseWriteIsDoneWaitsForNobodyElse() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      try (Holding first = Holding.of(commits)) {
        first.waiting(() -> commits.write("fails", () -> note(file)));
        try (Holding reader = first.next()) {
          for (int i = 0; i < 20; i++) {
            first.waiting(() -> commits.write("fails", () -> note(file)));
          }
          first.release();
          reader.awaitHeld();
          first.awaitDone();
          assertEquals(21, seen.size(), "while a reader has the file");
        }
      }
    }
  }

  /** I2: it may be under way already, so whoever is interrupted has to hear what became of it. */
  @Test
  void whoIsInterruptedWaitsForHisWrite() throws Exception {
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      AtomicBoolean stillInterrupted = new AtomicBoolean();
      try (Holding holding = Holding.of(commits)) {
        holding.waiting(() -> commits.write("fails", () -> note(file)));
        Thread follower =
            holding.waiting(
                () -> {
                  commits.write("fails", () -> note(file));
                  stillInterrupted.set(Thread.currentThread().isInterrupted());
                });
        follower.interrupt();
        follower.join(50);
        assertTrue(follower.isAlive());
      }
      assertTrue(stillInterrupted.get());
      assertEquals(List.of(FULL, FULL), seen);
    }
  }

  @Test
  void whatIsPutOffIsWrittenBeforeSomebodyReadsAndAtTheEnd() throws Exception {
    Path path = folder.resolve("journal.db");
    JournalFile file = JournalFile.open(Samples.settings(path), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      commits.write("fails", () -> file.prepared("CREATE TABLE t (n)").execute());
      commits.putOff(() -> insert(file, false), told::add);
      assertEquals(0, commits.aloneAsItIs(() -> rows(file)));
      assertEquals(1, commits.alone(() -> rows(file)));
      commits.putOff(() -> insert(file, true), told::add);
      commits.write("fails", () -> insert(file, false));
      assertEquals(2, commits.alone(() -> rows(file)), "none fails for another's sake");
      commits.putOff(() -> insert(file, false), told::add);
    }
    assertNull(told.get(0));
    assertEquals("of its own", told.get(1).getMessage());
    assertNull(told.get(2));
    JournalFile again = JournalFile.open(Samples.settings(path), Samples.NOW);
    try (Commits commits = new Commits(again)) {
      assertEquals(3, commits.alone(() -> rows(again)));
    }
  }

  /** Each is written once, and each hears of its own failure, whoever wrote for it. */
  @Test
  void eachHearsWhatBecameOfItsOwn() throws Exception {
    int threads = 16;
    int each = 200;
    JournalFile file =
        JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
    try (Commits commits = new Commits(file)) {
      AtomicInteger failed = new AtomicInteger();
      commits.write("fails", () -> file.prepared("CREATE TABLE t (n)").execute());
      List<Thread> writers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        boolean fails = t % 4 == 0;
        writers.add(
            Holding.start(
                () -> {
                  for (int i = 0; i < each; i++) {
                    try {
                      commits.write("fails", () -> insert(file, fails));
                    } catch (IllegalStateException e) {
                      failed.incrementAndGet();
                    }
                  }
                }));
      }
      // Who reads writes for those who wait, which must not leave anybody waiting for ever.
      for (int i = 0; i < 2 * each; i++) {
        commits.putOff(() -> insert(file, false), why -> {});
        assertTrue(commits.alone(() -> rows(file)) > i);
      }
      for (Thread writer : writers) {
        writer.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertFalse(writer.isAlive());
      }
      assertEquals(threads / 4 * each, failed.get());
      int written = threads * each - failed.get() + 2 * each;
      assertEquals(written, commits.alone(() -> rows(file)));
    }
  }

  private static void insert(JournalFile file, boolean fails) throws SQLException {
    file.prepared("INSERT INTO t VALUES (1)").executeUpdate();
    if (fails) {
      throw new IllegalArgumentException("of its own");
    }
  }

  private static int rows(JournalFile file) {
    try (ResultSet row = file.prepared("SELECT count(*) FROM t").executeQuery()) {
      return row.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Within a commit; anew each time, as SQLite answers when it parses. */
  private void note(JournalFile file) throws SQLException {
    file.forgetPrepared();
    try (ResultSet row = file.prepared("PRAGMA synchronous").executeQuery()) {
      seen.add(row.getInt(1));
    }
  }
}
