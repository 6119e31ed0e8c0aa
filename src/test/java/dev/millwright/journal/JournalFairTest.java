package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is delivered next. After an outage one machine may have left a hundred thousand transitions
 * and the others one each: those must not wait for it.
 */
class JournalFairTest {

  @TempDir Path folder;
  private Journal journal;

  @BeforeEach
  void open_() throws JournalException {
    journal = open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  /** The entries as {@code machine.state_seq before}. */
  private List<String> next(String after, int most, String... except) throws JournalException {
    return words(journal.fair(after, most, Set.of(except)));
  }

  private static List<String> words(Batch batch) {
    assertEquals(List.of(), batch.unreadable());
    return batch.entries().stream().map(JournalFairTest::words).toList();
  }

  private static String words(Entry entry) {
    return entry.machine() + "." + entry.transition().from().seq();
  }

  private static List<String> list(String words) {
    return words.isEmpty() ? List.of() : Arrays.asList(words.split(" "));
  }

  @Test
  void nothingWaits() throws JournalException {
    assertEquals(List.of(), next(null, 10));
    assertEquals(List.of(), journal.oldest("A", 1));
  }

  @Test
  void eachMachineHasItsShareInOrderAndTheTurnGoesRound() throws JournalException {
    append(journal, "A", 0, 50);
    append(journal, "C", 7, 1);
    append(journal, "B", 0, 2);
    assertEquals(list("A.0 A.1 A.2 B.0 B.1 C.7"), next(null, 9));
    assertEquals(list("B.0 B.1 C.7 A.0 A.1 A.2"), next("A", 11));
    assertEquals(
        list("C.7 A.0 A.1 A.2 B.0 B.1"), next("BB", 9), "also after one that is not there");
    assertEquals(list("A.0 B.0 C.7"), next("C", 3));
    assertEquals(list("B.0 C.7"), next("A", 2), "no room for all: the next in turn");
    assertEquals(list("A.0"), next("C", 1));
  }

  /** A machine whose row is locked is left out for a while; its share goes to the others. */
  @Test
  void aMachineCanBeLeftOut() throws JournalException {
    append(journal, "A", 0, 5);
    append(journal, "B", 0, 5);
    assertEquals(list("B.0 B.1 B.2 B.3"), next(null, 4, "A"));
    assertEquals(List.of(), next(null, 4, "A", "B", "C"));
  }

  /** They are in the file until the next commit; with thousands of machines many are. */
  @Test
  void whatIsConfirmedTakesNobodysPlace() throws JournalException {
    for (String machine : list("A B C D")) {
      append(journal, machine, 0, 1);
    }
    journal.confirm(journal.fairOfFile(null, 3, Set.of()).entries());
    assertEquals(list("D.0"), words(journal.fairOfFile(null, 2, Set.of())));
  }

  /** Complaint 19: a poison row holds nobody, and a retried one is the first of its machine. */
  @Test
  void aQuarantinedEntryTakesNobodysShareUntilItIsRetried() throws JournalException {
    append(journal, "A", 0, 4);
    append(journal, "B", 0, 3);
    journal.quarantine(1, "no", idle("A", 40));
    assertEquals(list("B.0 B.1"), next(null, 2));
    assertEquals(List.of(), journal.oldest("A", 1));
    append(journal, "A", 40, 2);
    assertEquals(list("A.40 A.41 B.0 B.1 B.2"), next(null, 100));
    journal.retry(List.of(1L));
    assertEquals("A.0", words(journal.oldest("A", 1).get(0)));
    assertEquals(list("A.0 A.40 B.0 B.1"), next(null, 4));
  }

  private List<String> follows(Batch underWay, int most) throws JournalException {
    Batch next = journal.fairAfter(underWay, "A", most, Set.of());
    return next == null ? null : words(next);
  }

  /** What is read while a batch is being delivered: nothing of it, and nothing before it. */
  @Test
  void whatFollowsOnABatchIsWhatComesWhenItIsConfirmed() throws JournalException {
    append(journal, "A", 0, 5);
    append(journal, "B", 0, 2);
    Batch first = journal.fair("", 4, Set.of());
    assertEquals(list("A.0 A.1 B.0 B.1"), words(first));
    assertEquals(list("A.2"), follows(first, 3), "B has nothing more; each machine has its share");
    append(journal, "C", 7, 1);
    assertEquals(list("C.7 A.2 A.3"), follows(first, 6));
    journal.confirm(first.entries());
    assertTrue(journal.isCurrent(first), "confirmed and appended to, as was foreseen");
    assertEquals(list("C.7 A.2 A.3"), next("A", 6));
  }

  /** I3: otherwise what was read could have come from before that, and be sent in its stead. */
  @Test
  void aBatchIsNoLongerCurrentOnceWhatWaitsHasChangedInAnotherWay() throws JournalException {
    append(journal, "A", 0, 5);
    append(journal, "B", 0, 5);
    assertOvertaken(() -> journal.rebase(idle("A", 40)));
    append(journal, "A", 40, 5);
    assertOvertaken(() -> journal.quarantine(6, "no", idle("B", 40)));
    assertOvertaken(() -> journal.retry(List.of(6L)));
    assertOvertaken(() -> journal.putBack(6, "too late"));
    assertOvertaken(() -> journal.discard(List.of(6L)));
    assertOvertaken(() -> journal.quarantineAll("A", "gone"));
  }

  private interface Change {
    void run() throws JournalException;
  }

  private void assertOvertaken(Change change) throws JournalException {
    Batch before = journal.fair("", 2, Set.of());
    assertTrue(journal.isCurrent(before));
    change.run();
    assertFalse(journal.isCurrent(before));
    assertNull(follows(before, 100));
  }

  /** The turn goes round past those that are left out, however many have a share. */
  @Test
  void thereIsAShareForAsManyAsFit() throws JournalException {
    for (String name : list("A B C D E")) {
      append(journal, name, 0, 2);
    }
    assertEquals(list("D.0 E.0 A.0"), next("C", 3));
    assertEquals(list("E.0 B.0 C.0"), next("C", 3, "D", "A"));
    assertEquals(list("E.0 E.1 B.0"), next("C", 4, "D", "A", "C").subList(0, 3));
  }

  /** Names in any script, and in the order that the index has them. */
  @Test
  void anyNameHasItsTurn() throws JournalException {
    List<String> names = list("A a é プレス Ａ 🛠");
    for (String name : names) {
      append(journal, name, 0, 2);
    }
    String turn = null;
    for (String name : names) {
      assertEquals(List.of(name + ".0"), next(turn, 1));
      turn = name;
    }
    assertEquals(List.of("A.0"), next(turn, 1));
  }

  /**
   * Delivery asks for the next ones before each round trip to the database: the answer must not
   * take longer the more there are. The limit is far from what is measured (a millisecond or two),
   * and far below a look at every entry.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  @Tag("host") // a large journal
  void theAnswerIsQuickHoweverManyWait(int machines) throws JournalException {
    int entries = 100_000;
    int each = entries / machines;
    for (int m = 0; m < machines; m++) {
      for (int seq = 0; seq < each; seq += 1_000) {
        append(journal, "M" + m, seq, 1_000);
      }
    }
    // What stays in quarantine for good must not be in the way either.
    append(journal, "GONE", 0, 20_000);
    journal.quarantineAll("GONE", "its row is gone");
    append(journal, "GONE", 20_000, 5);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      List<Entry> next = journal.fair("M0", 500, Set.of("M7")).entries();
      best = Math.min(best, System.nanoTime() - start);
      assertTrue(next.size() >= 250 && next.size() <= 500, next.size() + " entries");
    }
    long first = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      assertEquals(20_000, journal.oldest("GONE", 1).get(0).transition().from().seq());
      first = Math.min(first, System.nanoTime() - start);
    }
    System.out.printf(
        "%d machines: 500 of %d entries in %d us, the first of one in %d us%n",
        machines, entries, best / 1000, first / 1000);
    assertTrue(best < Duration.ofMillis(50).toNanos(), best + " ns");
    assertTrue(first < Duration.ofMillis(10).toNanos(), first + " ns");
  }
}
