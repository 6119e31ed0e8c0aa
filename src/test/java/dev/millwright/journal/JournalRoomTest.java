package dev.millwright.journal;

import static dev.millwright.journal.Samples.NOW;
import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.JournalException.Kind;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I8: where the disk or the limit ends. Complaint 20: a buffer that fills the disk, or is lost. */
class JournalRoomTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("journal.db");
  }

  /** Appends until the journal says that it is full; returns how many are in it. */
  private static long fill(Journal journal, long seq) throws JournalException {
    return fill(journal, seq, 50);
  }

  /** The same with so many in each commit: a large journal fills sooner, to within as many. */
  private static long fill(Journal journal, long seq, int each) throws JournalException {
    long next = seq;
    while (true) {
      try {
        append(journal, "A", next, each);
        next += each;
      } catch (JournalException e) {
        assertEquals(Kind.FULL, e.kind(), e.getMessage());
        assertTrue(e.getMessage().contains("takes no transition"), e.getMessage());
        return next;
      }
      assertTrue(next < 1_000_000, "it never fills");
    }
  }

  private static void confirmAll(Journal journal) throws JournalException {
    for (List<Entry> page = some(journal, 500); !page.isEmpty(); page = some(journal, 500)) {
      journal.confirm(page);
    }
  }

  private static List<Entry> some(Journal journal, int most) throws JournalException {
    return journal.fair(null, most, Set.of()).entries();
  }

  /** Full is not dead: all that makes room goes on, and then there is room. */
  @Test
  void aFullJournalCanBeQuarantinedRebasedConfirmedAndUsedAgain() throws Exception {
    DataSize limit = DataSize.ofMebibytes(1);
    try (Journal journal = Journal.open(new JournalSettings(path(), limit), NOW)) {
      for (int i = 1; i <= 30; i++) {
        append(journal, "B" + i, 0);
      }
      long full = fill(journal, 0);
      assertTrue(full > 1000, full + " in 1MiB");
      JournalException e = assertThrows(JournalException.class, () -> append(journal, "C", 0));
      assertTrue(e.getMessage().contains("[journal] max_size = 1MiB is reached"), e.getMessage());
      journal.know(List.of(journal.known().get("A")));
      journal.rebase(idle("NEW", 0));
      String reason = "x".repeat(900);
      for (int i = 1; i <= 30; i++) {
        journal.quarantine(i, reason, idle("B" + i, 0));
        journal.retry(List.of((long) i));
        journal.putBack(i, reason);
      }
      assertEquals(new Journal.Count(full, 30), journal.count());
      for (int i = 1; i <= 30; i++) {
        journal.retry(List.of((long) i));
      }
      journal.confirm(some(journal, 200));
      journal.rebase(idle("A", 7));
      assertEquals(0, journal.count().waiting());
      long next = 7;
      long again = 0;
      for (int round = 0; round < 2; round++) {
        again = fill(journal, next) - next;
        next += again;
        confirmAll(journal);
      }
      assertTrue(again >= full * 9 / 10, again + " fit where " + full + " did: room is used again");
      assertTrue(Files.size(path()) <= limit.bytes(), Files.size(path()) + " bytes");
    }
  }

  /** Appends leave 8 MiB of the disk to whatever makes room. */
  private void assertLogWithinReserve() throws IOException {
    long log = Files.size(folder.resolve("journal.db-wal"));
    assertTrue(log <= 8 << 20, "the log grew to " + log + " bytes");
  }

  /** The reasons of all of them would not fit; nor would a log with all of them in it. */
  @Test
  @Tag("host") // a large journal
  void aFullJournalHasRoomToQuarantineAllOfAMachine() throws Exception {
    DataSize limit = DataSize.ofMebibytes(16);
    try (Journal journal = Journal.open(new JournalSettings(path(), limit), NOW)) {
      long full = fill(journal, 0, 500);
      journal.quarantineAll("A", "x".repeat(900));
      assertEquals(new Journal.Count(0, full), journal.count());
      assertEquals(0, journal.known().size());
      assertLogWithinReserve();
      Entry second = journal.all(1, 1).get(0);
      assertEquals("it follows on one that is in quarantine", second.quarantined());
    }
  }

  /**
   * Somebody wrote a row during a long outage. In one commit the log would need the room of the
   * journal once more, and everybody would wait for it.
   */
  @Test
  @Tag("host") // a large journal
  void aFullJournalHasRoomForANewBase() throws Exception {
    DataSize limit = DataSize.ofMebibytes(16);
    try (Journal journal = Journal.open(new JournalSettings(path(), limit), NOW)) {
      long full = fill(journal, 0, 500);
      journal.rebase(idle("A", 7));
      assertEquals(new Journal.Count(0, 0), journal.count());
      long next = fill(journal, 7, 500);
      assertTrue(next - 7 > full * 9 / 10, "all of the room is free again");
      journal.quarantine(some(journal, 1).get(0).id(), "no", idle("A", 7));
      assertEquals(new Journal.Count(0, 1), journal.count());
      assertLogWithinReserve();
    }
  }

  /**
   * I3: whenever it dies while it voids many, the oldest is still there, by which delivery finds
   * that they have no base; and what is there has no gap.
   */
  @Test
  void whileManyAreVoidedTheOldestStay() throws Exception {
    try (Journal journal = open(path())) {
      append(journal, "A", 0, 20_000);
      AtomicBoolean done = new AtomicBoolean();
      Thread rebase =
          new Thread(
              () -> {
                try {
                  journal.rebase(idle("A", 7));
                } catch (JournalException e) {
                  throw new IllegalStateException(e);
                } finally {
                  done.set(true);
                }
              });
      rebase.start();
      int seen = 0;
      while (!done.get()) {
        long count = journal.count().waiting();
        List<Entry> first = journal.all(0, 1);
        assertTrue(first.isEmpty() || first.get(0).id() == 1, first::toString);
        assertEquals(List.of(), journal.all(count, 1), "none after the first " + count);
        seen += count > 0 && count < 20_000 ? 1 : 0;
      }
      rebase.join();
      assertTrue(seen > 0, "others had their turn meanwhile");
      assertEquals(0, journal.count().waiting());
      assertEquals(idle("A", 7), journal.known().get("A"));
    }
  }

  /** Several times the log's limit goes through it. */
  @Test
  void theLogStaysSmallHoweverMuchPassesThrough() throws Exception {
    long largest = 0;
    try (Journal journal = open(path())) {
      for (int round = 0; round < 40; round++) {
        append(journal, "A", round * 500L, 500);
        assertEquals(500, some(journal, 500).size());
        confirmAll(journal);
        largest = Math.max(largest, Files.size(folder.resolve("journal.db-wal")));
      }
      assertTrue(largest < 6 << 20, "the log grew to " + largest + " bytes");
      assertTrue(Files.size(path()) < 1 << 20, "the file grew to " + Files.size(path()));
    }
  }

  /** A lowered limit holds for what comes; what is there is kept. */
  @Test
  void aLoweredLimitLosesNothing() throws Exception {
    long full;
    try (Journal journal =
        Journal.open(new JournalSettings(path(), DataSize.ofMebibytes(2)), NOW)) {
      full = fill(journal, 0, 500);
    }
    try (Journal journal =
        Journal.open(new JournalSettings(path(), DataSize.ofMebibytes(1)), NOW)) {
      assertEquals(full, journal.count().waiting());
      assertEquals(full, fill(journal, full), "no room");
      confirmAll(journal);
      append(journal, "A", full);
    }
  }

  /** The disk is full of other things, and so of ours; then the database comes back. */
  @Test
  void aFullDiskStopsAppendsAndLetsConfirmationsThrough() throws Exception {
    SmallDisk.mount(
        folder,
        "size=16m",
        disk -> {
          Path on = disk.resolve("journal.db");
          try (Journal journal = open(on)) {
            long full = fill(journal, 0, 500);
            JournalException e =
                assertThrows(JournalException.class, () -> append(journal, "B", 0));
            assertTrue(e.getMessage().contains("less than 8MiB are free"), e.getMessage());
            assertEquals(full, journal.count().waiting());
            confirmAll(journal);
            assertEquals(0, journal.count().waiting());
          }
        });
  }

  /** Others have taken the last byte: refused and said, nothing lost, and it goes on afterwards. */
  @Test
  void aDiskThatOthersHaveFilledLosesNothing() throws Exception {
    SmallDisk.mount(
        folder,
        "size=16m",
        disk -> {
          Path on = disk.resolve("journal.db");
          Path others = disk.resolve("others");
          try (Journal journal = open(on)) {
            for (int i = 0; i < 300; i++) {
              append(journal, "A" + i, 0);
            }
            fillWithOthers(others);
            // So long the disk is taken at its word.
            Thread.sleep(150);
            assertThrows(JournalException.class, () -> append(journal, "A", 300));
            try {
              for (int i = 0; i < 300; i++) {
                journal.quarantine(1 + i, "x".repeat(900), idle("A" + i, 0));
              }
            } catch (JournalException e) {
              assertEquals(Kind.FULL, e.kind(), e.getMessage());
            }
            assertEquals(300, journal.all(0, 1000).size());
            Files.delete(others);
            append(journal, "A", 300);
          }
          fillWithOthers(others);
          try (Journal journal = open(on)) {
            assertEquals(301, journal.all(0, 1000).size());
          } catch (JournalException e) {
            assertTrue(e.kind() == Kind.FULL || e.kind() == Kind.DISK, e.getMessage());
          }
          Files.delete(others);
          try (Journal journal = open(on)) {
            assertEquals(301, journal.all(0, 1000).size());
          }
        });
  }

  private static void fillWithOthers(Path file) throws IOException {
    try (java.io.OutputStream out = Files.newOutputStream(file)) {
      for (int bytes = 65536; bytes > 0; bytes /= 2) {
        try {
          while (true) {
            out.write(new byte[bytes]);
          }
        } catch (IOException e) {
          // The next smaller piece.
        }
      }
    }
  }
}
