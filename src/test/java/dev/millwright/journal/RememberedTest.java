package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I3: what is remembered of what waits is what waits in the file, in its order, or nothing. */
class RememberedTest {

  private static final List<String> MACHINES = List.of("A", "B", "C", "D", "E");

  @TempDir Path folder;

  /** What the next transition of each machine follows on. */
  private final Map<String, Long> ends = new HashMap<>();

  @BeforeEach
  void begin() {
    MACHINES.forEach(machine -> ends.put(machine, 0L));
  }

  private static Batch all(Journal journal) throws JournalException {
    return journal.fair(null, 10_000, Set.of());
  }

  private void decide(Journal journal, String machine, int count) throws JournalException {
    append(journal, machine, ends.get(machine), count);
    ends.merge(machine, (long) count, Long::sum);
  }

  /** Whatever is done to a journal, it says what its file says. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void itSaysWhatTheFileSays(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int remembered = 0;
    try (Journal journal = open(folder.resolve("journal.db"))) {
      for (int i = 0; i < 400; i++) {
        change(journal, random);
        // What is confirmed and has not left the file yet makes the others' shares of it smaller.
        journal.flush();
        remembered += journal.isRemembered() ? 1 : 0;
        String after = random.nextInt(4) == 0 ? null : machine(random);
        int most = 1 + random.nextInt(20);
        Set<String> except = random.nextInt(4) == 0 ? Set.of(machine(random)) : Set.of();
        assertEquals(
            journal.fairOfFile(after, most, except).entries(),
            journal.fair(after, most, except).entries());
      }
    }
    assertTrue(remembered > 100, "only " + remembered + " times was anything remembered");
  }

  private static String machine(SplittableRandom random) {
    return MACHINES.get(random.nextInt(MACHINES.size()));
  }

  private void change(Journal journal, SplittableRandom random) throws JournalException {
    String machine = machine(random);
    List<Entry> waiting = all(journal).entries();
    List<Long> quarantined =
        journal.all(0, 10_000).stream()
            .filter(entry -> entry.quarantined() != null)
            .map(Entry::id)
            .toList();
    switch (random.nextInt(16)) {
      case 0 -> {
        ends.merge(machine, 10L, Long::sum);
        journal.rebase(idle(machine, ends.get(machine)));
      }
      case 1 -> {
        if (!waiting.isEmpty()) {
          Entry poison = waiting.get(random.nextInt(waiting.size()));
          ends.merge(poison.machine(), 10L, Long::sum);
          journal.quarantine(poison.id(), "no", idle(poison.machine(), ends.get(poison.machine())));
        }
      }
      case 2 -> assertTrue(journal.retry(quarantined) >= 0);
      case 3 -> assertTrue(journal.discard(quarantined) >= 0);
      case 4 -> {
        for (Entry entry : waiting) {
          if (entry.retried()) {
            journal.putBack(entry.id(), "no");
          }
        }
      }
      case 5, 6, 7, 8 -> journal.confirm(waiting);
      case 9, 10 -> {
        List<Entry> some = journal.fair(machine, 1 + random.nextInt(8), Set.of()).entries();
        journal.confirm(some);
      }
      default -> decide(journal, machine, 1 + random.nextInt(3));
    }
  }

  @Test
  void moreThanALittleIsAskedOfTheFile() throws Exception {
    try (Journal journal = open(folder.resolve("journal.db"))) {
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", Remembered.MOST);
      assertTrue(journal.isRemembered());
      decide(journal, "B", 1);
      assertEquals(false, journal.isRemembered());
      assertEquals(Remembered.MOST + 1, all(journal).entries().size());
      journal.confirm(all(journal).entries());
      assertEquals(false, journal.isRemembered());
      assertTrue(all(journal).isEmpty());
      assertTrue(journal.isRemembered(), "the file has nothing that waits");
      decide(journal, "B", 1);
      assertTrue(journal.isRemembered());
      assertEquals(1, all(journal).entries().size());
    }
  }

  /** What could not leave the file is delivered once more, as it will be after a restart. */
  @Test
  void whatCouldNotLeaveTheFileWaitsAgain() throws Exception {
    Path path = folder.resolve("journal.db");
    try (Journal journal = open(path)) {
      decide(journal, "A", 2);
    }
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = file.createStatement()) {
      statement.execute(
          "CREATE TRIGGER kept BEFORE DELETE ON entry WHEN old.machine = 'A' AND old.id > 2"
              + " BEGIN SELECT raise(ABORT, 'it stays'); END");
    }
    try (Journal journal = open(path)) {
      journal.confirm(all(journal).entries());
      journal.flush();
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", 1);
      List<Entry> stays = all(journal).entries();
      assertTrue(journal.isRemembered());
      journal.confirm(stays);
      assertTrue(all(journal).isEmpty());
      journal.flush();
      assertEquals(stays, all(journal).entries());
    }
  }

  /** That nothing else is to be delivered now does not mean that nothing waits. */
  @Test
  void whatIsLeftOutStillWaits() throws Exception {
    Path path = folder.resolve("journal.db");
    try (Journal journal = open(path)) {
      decide(journal, "A", 2);
    }
    try (Journal journal = open(path)) {
      assertTrue(journal.fair(null, 10, Set.of("A")).isEmpty());
      assertEquals(2, all(journal).entries().size());
      Batch underWay = all(journal);
      assertTrue(journal.fairAfter(underWay, "A", 10, Set.of()).isEmpty());
      assertEquals(underWay.entries(), all(journal).entries());
    }
  }

  /** While it was read, or is being delivered, what waits has changed. */
  @Test
  void whatFollowsOnABatchIsNotSaidOnceThatHasChanged() throws Exception {
    try (Journal journal = open(folder.resolve("journal.db"))) {
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", 3);
      decide(journal, "B", 1);
      Batch underWay = journal.fair(null, 2, Set.of());
      Batch follows = journal.fairAfter(underWay, "B", 10, Set.of());
      assertNotNull(follows);
      assertEquals(List.of(2L, 3L), follows.entries().stream().map(Entry::id).toList());
      journal.rebase(idle("A", 40));
      ends.put("A", 40L);
      assertNull(journal.fairAfter(underWay, "B", 10, Set.of()));
      assertEquals(false, journal.isCurrent(follows));
      journal.confirm(all(journal).entries());
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", 1);
      assertTrue(journal.isRemembered());
      assertNull(journal.fairAfter(underWay, "B", 10, Set.of()));
    }
  }

  /** Many decide while one delivers, sometimes more than is remembered. */
  @Test
  void allIsSaidOnceAndInOrderWhileManyDecide() throws Exception {
    int each = 600;
    try (Journal journal = open(folder.resolve("journal.db"))) {
      List<Thread> links = new ArrayList<>();
      for (String machine : MACHINES) {
        links.add(
            Holding.start(
                () -> {
                  for (long seq = 0; seq < each; seq++) {
                    Samples.append(journal, machine, seq);
                  }
                }));
      }
      Map<String, Long> delivered = new TreeMap<>();
      String served = "";
      long until = System.nanoTime() + 60_000_000_000L;
      long sum = 0;
      while (sum < (long) each * MACHINES.size() && System.nanoTime() - until < 0) {
        Batch next = journal.fair(served, 100, Set.of());
        for (Entry entry : next.entries()) {
          assertEquals(
              delivered.getOrDefault(entry.machine(), 0L), entry.transition().from().seq());
          delivered.merge(entry.machine(), 1L, Long::sum);
          served = entry.machine();
          sum++;
        }
        journal.confirm(next.entries());
        if (next.isEmpty()) {
          // Who asks on and on keeps those who decide from what both take in turn: a monitor.
          Thread.sleep(1);
        }
      }
      assertEquals((long) each * MACHINES.size(), sum);
      for (Thread link : links) {
        link.join();
      }
      assertTrue(all(journal).isEmpty());
    }
  }
}
