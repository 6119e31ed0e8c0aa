package dev.millwright.journal;

import static dev.millwright.journal.Samples.NOW;
import static dev.millwright.journal.Samples.ROW;
import static dev.millwright.journal.Samples.after;
import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.emptiest;
import static dev.millwright.journal.Samples.fullest;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static dev.millwright.journal.Samples.transition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Journal.Count;
import dev.millwright.journal.JournalException.Kind;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is put into a journal comes out of it: everything, in order, also after it was closed. */
class JournalTest {

  @TempDir Path folder;
  private Path path;
  private Journal journal;

  @BeforeEach
  void open_() throws JournalException {
    path = folder.resolve("journal.db");
    journal = open(path);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void reopen() throws JournalException {
    journal.close();
    journal = open(path);
    assertNull(journal.setAside(), "it is our own");
  }

  private List<UUID> waiting() throws JournalException {
    return Samples.waiting(journal).stream().map(e -> e.transition().id()).toList();
  }

  /** I3 rests on it: what is delivered after a restart is what was decided before. */
  @Test
  void everyFieldOfATransitionComesBack() throws JournalException {
    Transition openWindow =
        new Transition(
            UUID.randomUUID(),
            "stop",
            transition(7).from(),
            transition(7).to(),
            new dev.millwright.machine.Detail(
                "daemon", null, "r", 3L, 1, new Window(null, null), false));
    List<Transition> put = List.of(fullest(), emptiest(), openWindow);
    Samples.append(journal, after("PRESS-ü", put.get(0)), put.subList(0, 1));
    Samples.append(journal, after("B", put.get(1)), put.subList(1, 2));
    Samples.append(journal, after("C", put.get(2)), put.subList(2, 3));
    reopen();
    List<Entry> got = Samples.waiting(journal);
    assertEquals(put, got.stream().map(Entry::transition).toList());
    assertEquals("PRESS-ü", got.get(0).machine());
    assertEquals(ROW, got.get(0).rowId());
    assertNull(got.get(0).quarantined());
  }

  /** The daemon starts with the database away, from what the journal knew last. */
  @Test
  void everythingKnownOfAMachineComesBack() throws JournalException {
    Memory memory =
        new Memory(
            null,
            5L,
            Long.MAX_VALUE,
            "R\"7",
            "B'7",
            NOW,
            Instant.MIN,
            true,
            null,
            UUID.randomUUID(),
            3);
    Known full = new Known("A", ROW, fullest().to(), UUID.randomUUID(), memory);
    Known empty =
        new Known("B", ROW, emptiest().from(), null, Memory.ofRow(null, null, null, null));
    journal.rebase(full);
    journal.rebase(empty);
    reopen();
    assertEquals(Map.of("A", full, "B", empty), journal.known());
  }

  /** What a machine has shown since is kept; a look that a decision has overtaken is not. */
  @Test
  void contactsAreKeptWhereNothingHasOvertakenThem() throws JournalException {
    append(journal, "A", 0);
    Known before = journal.known().get("A");
    Known seen = before.with(Memory.ofRow(1L, "R2", null, NOW.plusSeconds(9)));
    journal.know(List.of(seen, idle("NEVER DECIDED", 1)));
    assertEquals(Map.of("A", seen), journal.known());
    append(journal, "A", 1);
    Known after = journal.known().get("A");
    journal.know(List.of(seen));
    reopen();
    assertEquals(Map.of("A", after), journal.known());
  }

  /** I2: one commit for both, or a restart would decide from a state before the last transition. */
  @Test
  void whatIsKnownChangesWithTheTransition() throws JournalException {
    append(journal, "A", 0);
    Transition last = transition(1);
    Samples.append(journal, after("A", last), List.of(last));
    assertEquals(after("A", last), journal.known().get("A"));
    Samples.confirm(journal, 1L, 2L);
    reopen();
    assertEquals(after("A", last), journal.known().get("A"), "delivered or not");
  }

  @Test
  void theOrderIsThatOfDecisionOverAllMachines() throws JournalException {
    List<UUID> put = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      put.add(append(journal, "M" + i % 7, i / 7));
    }
    reopen();
    assertEquals(put, waiting());
  }

  /** I8: whoever looks through all of it takes bounded pieces, and finds the place again. */
  @Test
  void itIsReadInPages() throws JournalException {
    List<UUID> put = append(journal, "A", 0, 25);
    List<UUID> got = new ArrayList<>();
    List<Entry> page = journal.all(0, 10);
    while (!page.isEmpty()) {
      assertTrue(page.size() <= 10);
      page.forEach(entry -> got.add(entry.transition().id()));
      page = journal.all(page.get(page.size() - 1).id(), 10);
    }
    assertEquals(put, got);
  }

  /** Complaint 18: what is confirmed never comes back, and no number is used twice. */
  @Test
  void whatIsConfirmedIsGone() throws JournalException {
    append(journal, "A", 0);
    UUID kept = append(journal, "B", 0);
    append(journal, "A", 1);
    Samples.confirm(journal, 1L, 3L, 999L);
    reopen();
    assertEquals(List.of(kept), waiting());
    append(journal, "A", 2);
    long next = journal.oldest("A", 1).get(0).id();
    assertTrue(next > 3 && next <= 103, "number " + next);
    Samples.confirm(journal, next);
    reopen();
    append(journal, "A", 3);
    assertTrue(journal.oldest("A", 1).get(0).id() > next);
  }

  /** They are reserved some at a time, by the commit that needs the first of them. */
  @Test
  void noNumberIsUsedTwiceWhateverIsRolledBack() throws JournalException {
    Set<Long> used = new HashSet<>();
    for (long seq = 0; seq < 600; seq += 130) {
      List<Transition> gap = List.of(transition(seq), transition(seq + 2));
      assertThrows(
          IllegalStateException.class, () -> Samples.append(journal, after("A", gap.get(1)), gap));
      append(journal, "A", seq, 130);
      List<Entry> all = journal.all(0, 1000);
      all.forEach(entry -> assertTrue(used.add(entry.id()), "number " + entry.id()));
      journal.confirm(all);
      reopen();
    }
    assertEquals(650, used.size());
  }

  /** Each page is written before a transition is kept, and an index more is a page more. */
  @Test
  void aTransitionTakesThreePages() throws Exception {
    append(journal, "A", 0, 3);
    long before = Samples.pagesOfLog(path);
    append(journal, "A", 3);
    assertEquals(3, Samples.pagesOfLog(path) - before);
  }

  /** A write that makes a file longer takes the disk about twice as long as one that does not. */
  @Test
  void theLogDoesNotGrowUntilItIsUsedAgain() throws Exception {
    Path log = path.resolveSibling(path.getFileName() + "-wal");
    long length = Files.size(log);
    append(journal, "A", 0, 3);
    for (int i = 3; i < 500; i++) {
      append(journal, "A", i);
    }
    assertEquals(4L << 20, length);
    assertEquals(length, Files.size(log));
    assertTrue(Samples.pagesOfLog(path) < 1_000, "used again");
    List<UUID> kept = waiting();
    assertEquals(500, kept.size());
    assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), leftBehind());
    reopen();
    assertEquals(kept, waiting());
  }

  /** What a process that dies now leaves behind. */
  private List<Long> leftBehind() throws Exception {
    Path copy = Files.createTempDirectory(folder, "copy").resolve("journal.db");
    for (String suffix : List.of("", "-wal")) {
      Files.copy(
          path.resolveSibling(path.getFileName() + suffix),
          copy.resolveSibling(copy.getFileName() + suffix));
    }
    try (Journal left = Samples.open(copy)) {
      return left.all(0, 100).stream().map(Entry::id).toList();
    }
  }

  /** I3: what a crash brings back was delivered, and is recognised by its id. */
  @Test
  void whatIsConfirmedLeavesTheFileWithTheNextAppend() throws Exception {
    append(journal, "A", 0, 3);
    Batch first = journal.fair(null, 2, Set.of());
    journal.confirm(first.entries());
    assertEquals(List.of(3L), ids(journal.fair(null, 100, Set.of())), "not delivered once more");
    assertEquals(List.of(1L, 2L, 3L), leftBehind());
    append(journal, "B", 0);
    assertEquals(List.of(3L, 4L), leftBehind());
    journal.confirm(journal.fair(null, 1, Set.of()).entries());
    journal.flush();
    assertEquals(List.of(4L), leftBehind());
    journal.confirm(journal.fair(null, 1, Set.of()).entries());
    assertEquals(0, journal.count().waiting());
    assertEquals(List.of(), leftBehind());
  }

  /** I8: nobody appends, as while a backlog is delivered. */
  @Test
  void manyThatAreConfirmedWaitForNoAppend() throws Exception {
    append(journal, "A", 0, 1_500);
    journal.confirm(journal.fair(null, 999, Set.of()).entries());
    assertEquals(List.of(1L), leftBehind().subList(0, 1));
    journal.confirm(journal.fair(null, 1, Set.of()).entries());
    assertEquals(List.of(1_001L), leftBehind().subList(0, 1));
  }

  private static List<Long> ids(Batch batch) {
    return batch.entries().stream().map(Entry::id).toList();
  }

  /** Decision 0011: what was decided on a row that is no more has lost its base. */
  @Test
  void aNewBaseVoidsWhatWaitsOfThatMachineOnly() throws JournalException {
    append(journal, "A", 0);
    journal.quarantine(1, "no", idle("A", 0));
    append(journal, "A", 0, 2);
    UUID other = append(journal, "B", 0);
    journal.rebase(idle("A", 40));
    UUID next = append(journal, "A", 40);
    reopen();
    assertEquals(List.of(other, next), waiting());
    assertEquals(41, journal.known().get("A").state().seq());
    assertEquals(new Count(2, 1), journal.count(), "what is quarantined stays to be seen");
  }

  /** Complaint 19: a poison row blocks nobody else, and is not dropped. */
  @Test
  void aQuarantinedEntryHoldsNobodyAndKeepsItsPlace() throws JournalException {
    UUID poison = append(journal, "A", 0);
    UUID other = append(journal, "B", 0);
    append(journal, "A", 1);
    journal.quarantine(1, "value too long", idle("A", 0));
    UUID next = append(journal, "A", 0);
    reopen();
    assertEquals(List.of(other, next), waiting(), "what followed on it had no base");
    assertEquals("value too long", journal.all(0, 1).get(0).quarantined());
    assertEquals(new Count(2, 1), journal.count());
    assertEquals(1, journal.retry(List.of(1L)));
    assertEquals(List.of(poison, other, next), waiting());
    assertEquals(0, journal.retry(List.of(1L)), "it waits already");
    assertEquals(0, journal.retry(List.of(77L)));
  }

  /** Decision 0011: in the same commit, so that no crash lets a successor without a base go. */
  @Test
  void aMachineGoesOnAtOnceFromWhereItsEntryWasQuarantined() throws JournalException {
    append(journal, "A", 0);
    append(journal, "A", 1);
    journal.quarantine(1, "x".repeat(100_000), idle("A", 0));
    UUID next = append(journal, "A", 0);
    assertEquals(List.of(next), waiting());
    assertEquals(1000, journal.all(0, 1).get(0).quarantined().length(), "a reason is bounded");
  }

  /** What does not follow is a mistake, which must not take others along. */
  @Test
  void aListIsKeptWholeOrNotAtAll() throws JournalException {
    append(journal, "B", 0);
    Transition last = transition(11);
    List<Transition> gap = List.of(transition(8), transition(9), last);
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> Samples.append(journal, after("A", last), gap));
    assertTrue(refused.getMessage().contains(path.toString()), refused.getMessage());
    assertEquals(new Count(1, 0), journal.count());
    assertEquals(Set.of("B"), journal.known().keySet());
  }

  private static Transition again(UUID id, long seq) {
    Transition other = transition(seq);
    return new Transition(id, other.event(), other.from(), other.to(), other.detail());
  }

  /** I3: the guard of the UPDATE asks for the row's last transition, so each entry knows it. */
  @Test
  void eachEntryNamesTheTransitionThatItFollowsOn() throws JournalException {
    UUID lastOfTheRow = UUID.randomUUID();
    List<UUID> a = append(journal, "A", 0, 2);
    journal.rebase(after("B", again(lastOfTheRow, 6)));
    List<UUID> b = append(journal, "B", 7, 2);
    Samples.confirm(journal, 1L, 2L);
    reopen();
    append(journal, "A", 2);
    assertEquals(
        Arrays.asList(lastOfTheRow, b.get(0), a.get(1)),
        Samples.waiting(journal).stream().map(Entry::after).toList());
    journal.rebase(idle("A", 40));
    append(journal, "A", 40);
    assertNull(journal.oldest("A", 1).get(0).after(), "a row that never had one");
  }

  /**
   * I3, I4: what was decided on a base that is no more must not reach the disk, whoever made the
   * mistake; and nothing is left of the attempt.
   */
  @Test
  void whatDoesNotFollowOnWhatIsKnownIsRefused() throws JournalException {
    append(journal, "A", 0, 3);
    journal.rebase(idle("A", 40));
    Transition next = transition(40);
    Known otherRow =
        new Known("A", new UUID(0, 9), next.to(), next.id(), after("A", next).memory());
    Map<String, List<Transition>> wrong =
        Map.of(
            "leads on from state_seq 3", List.of(transition(3)),
            "leads on from state_seq 39", List.of(transition(39), next),
            "leads on from state_seq 42", List.of(next, transition(42)));
    wrong.forEach(
        (words, transitions) ->
            assertRefused(words, after("A", transitions.get(transitions.size() - 1)), transitions));
    assertRefused("the transitions are at", idle("A", 41), List.of(next));
    assertRefused("the transitions are at", otherRow, List.of(next));
    assertEquals(new Count(0, 0), journal.count());
    assertEquals(Map.of("A", idle("A", 40)), journal.known());
    Samples.append(journal, after("A", next), List.of(next));
  }

  private void assertRefused(String words, Known known, List<Transition> transitions) {
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> Samples.append(journal, known, transitions));
    assertTrue(refused.getCause().getMessage().contains(words), refused.getCause().getMessage());
  }

  /**
   * I2: writers who wait share a commit. One of them failing, even by a mistake in the program,
   * must neither fail the others nor let them believe that they are on the disk.
   */
  @Test
  void noneFailsForAnothersSake() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        CyclicBarrier start = new CyclicBarrier(8);
        List<Future<UUID>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          boolean bad = i % 2 == 1;
          String machine = "M" + i;
          int seq = round;
          results.add(
              threads.submit(
                  () -> {
                    start.await();
                    if (bad) {
                      Samples.append(
                          journal, idle(machine, seq), Arrays.asList(transition(0), null));
                    }
                    return append(journal, machine, seq);
                  }));
        }
        List<UUID> kept = waiting();
        for (int i = 0; i < 8; i++) {
          Future<UUID> result = results.get(i);
          if (i % 2 == 1) {
            assertThrows(
                java.util.concurrent.ExecutionException.class,
                () -> result.get(30, TimeUnit.SECONDS));
          } else {
            UUID id = result.get(30, TimeUnit.SECONDS);
            kept = waiting();
            assertTrue(kept.contains(id));
          }
        }
        assertEquals(4 * (round + 1), kept.size());
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(4, journal.known().size());
  }

  /** DESIGN 5: a slow disk costs each link a wait, not the sum of all. */
  @Test
  void eightWritersShareCommitsAndEachKeepsItsOrder() throws Exception {
    // Few enough for the log to hold them all; and the count is right where nothing is shared.
    int each = 12;
    for (int i = 0; i < 10; i++) {
      append(journal, "ALONE", i);
    }
    assertEquals(10, commitsInTheLog(), "one for each");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int before = commitsInTheLog();
    try {
      CyclicBarrier start = new CyclicBarrier(8);
      List<Future<List<UUID>>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String machine = "M" + i;
        writers.add(
            threads.submit(
                () -> {
                  start.await();
                  List<UUID> put = new ArrayList<>();
                  for (int n = 0; n < each; n++) {
                    put.add(append(journal, machine, n));
                  }
                  return put;
                }));
      }
      for (int i = 0; i < 8; i++) {
        String machine = "M" + i;
        List<UUID> put = writers.get(i).get(60, TimeUnit.SECONDS);
        assertEquals(
            put,
            Samples.waiting(journal).stream()
                .filter(entry -> entry.machine().equals(machine))
                .map(entry -> entry.transition().id())
                .toList());
      }
    } finally {
      threads.shutdownNow();
    }
    int commits = commitsInTheLog() - before;
    assertTrue(
        commits >= each && commits <= 8 * each / 2,
        commits + " commits for " + 8 * each + " appends");
  }

  /**
   * SQLite's file format, section 4.1: a header of 32 bytes, then frames of 24 and a page; a frame
   * that ends a commit has a number in its second word.
   */
  private int commitsInTheLog() throws IOException {
    byte[] all = Files.readAllBytes(folder.resolve("journal.db-wal"));
    ByteBuffer log = ByteBuffer.wrap(all);
    int commits = 0;
    for (int at = 32; at + 24 + 4096 <= all.length; at += 24 + 4096) {
      boolean thisRound = log.getLong(at + 8) == log.getLong(16);
      commits += thisRound && log.getInt(at + 4) != 0 ? 1 : 0;
    }
    return commits;
  }

  /** An interrupted thread stops, but not in the middle of its promise. */
  @Test
  void anInterruptDoesNotHurtTheFile() throws JournalException {
    Thread.currentThread().interrupt();
    UUID id = append(journal, "A", 0);
    assertTrue(Thread.interrupted(), "and the caller still sees it");
    reopen();
    assertEquals(List.of(id), waiting());
  }

  /** I2: a file that was removed cannot be found again, so nothing more is promised. */
  @Test
  void nothingIsTakenIntoAFileThatIsGone() throws Exception {
    UUID id = append(journal, "A", 0);
    Files.move(path, folder.resolve("elsewhere"));
    JournalException e = assertThrows(JournalException.class, () -> append(journal, "A", 1));
    assertEquals(Kind.DISK, e.kind());
    assertTrue(e.getMessage().contains("removed or replaced"), e.getMessage());
    assertEquals(List.of(id), waiting(), "what is in it can still be delivered");
    Samples.confirm(journal, 1L);
    Files.move(folder.resolve("elsewhere"), path);
    append(journal, "A", 1);
    Files.delete(folder.resolve("journal.db-wal"));
    assertThrows(JournalException.class, () -> append(journal, "A", 2));
  }

  /** Section 2 of DESIGN rests on these; a driver or a build of SQLite must not change them. */
  @Test
  void noOtherProgramMayWriteAndNoSharedMemoryIsUsed() throws Exception {
    append(journal, "A", 0);
    assertFalse(Files.exists(folder.resolve("journal.db-shm")));
    assertTrue(Samples.pagesOfLog(path) > 0);
    SQLException refused =
        assertThrows(
            SQLException.class,
            () -> {
              try (Connection other =
                      DriverManager.getConnection("jdbc:sqlite:" + path + "?busy_timeout=1");
                  Statement statement = other.createStatement()) {
                statement.executeQuery("SELECT count(*) FROM entry");
              }
            });
    assertEquals(5, refused.getErrorCode() & 0xff, refused.getMessage());
  }
}
