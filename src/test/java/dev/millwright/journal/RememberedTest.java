package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Order;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
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
import java.util.UUID;
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

  /** A journal that remembers no more than that. */
  private Journal holding(long bytes) throws JournalException {
    return Journal.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW, bytes);
  }

  /** So many entries of {@link Samples#transition}, which have a recipe of two characters. */
  private static long bytes(int entries) {
    return entries * (Remembered.ENTRY_BYTES + 4);
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
    int tooMany = 0;
    try (Journal journal = holding(bytes(seed % 2 == 0 ? 4 : 1_000))) {
      for (int i = 0; i < 400; i++) {
        change(journal, random);
        // What is confirmed and has not left the file yet makes the others' shares of it smaller.
        journal.flush();
        remembered += journal.isRemembered() ? 1 : 0;
        tooMany += all(journal).entries().size() > 4 ? 1 : 0;
        String after = random.nextInt(4) == 0 ? null : machine(random);
        int most = 1 + random.nextInt(20);
        Set<String> except = random.nextInt(4) == 0 ? Set.of(machine(random)) : Set.of();
        assertEquals(
            journal.fairOfFile(after, most, except).entries(),
            journal.fair(after, most, except).entries());
        String asked = machine(random);
        assertEquals(journal.waitsInFile(asked), journal.waits(asked), asked);
      }
    }
    assertTrue(remembered > 100, "only " + remembered + " times was anything remembered");
    assertTrue(
        seed % 2 == 1 || tooMany > 10,
        "only " + tooMany + " times did more wait than is remembered");
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
    int most = 100;
    try (Journal journal = holding(bytes(most))) {
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", most - 1);
      decide(journal, "A", 1);
      assertTrue(journal.isRemembered());
      decide(journal, "B", 1);
      assertEquals(false, journal.isRemembered());
      assertEquals(most + 1, all(journal).entries().size());
      journal.confirm(all(journal).entries());
      assertEquals(false, journal.isRemembered());
      assertTrue(all(journal).isEmpty());
      assertTrue(journal.isRemembered(), "the file has nothing that waits");
      decide(journal, "B", 1);
      assertTrue(journal.isRemembered());
      assertEquals(1, all(journal).entries().size());
    }
  }

  /** A plant that fails with long words takes no more memory than one that says little. */
  @Test
  void longTextsAreFewer() throws Exception {
    Failure failure = new Failure("P".repeat(100), "ü".repeat(10_000));
    Transition failed = transition(null, failure, detail(null, null, null, null));
    try (Journal journal = holding(2 * (Remembered.ENTRY_BYTES + 2 * 10_100))) {
      assertTrue(all(journal).isEmpty());
      Samples.append(journal, Samples.after("A", failed), List.of(failed));
      Samples.append(journal, Samples.after("B", failed), List.of(failed));
      assertTrue(journal.isRemembered());
      decide(journal, "C", 1);
      assertEquals(false, journal.isRemembered());
      journal.confirm(all(journal).entries());
      assertTrue(all(journal).isEmpty());
      for (int i = 0; i < 100; i++) {
        decide(journal, "C", 1);
        journal.confirm(all(journal).entries());
        assertTrue(journal.isRemembered(), "what is delivered takes no memory");
      }
    }
  }

  /** Wherever a long text is, it counts. */
  @Test
  void eachTextCounts() throws Exception {
    String text = "x".repeat(100);
    Failure none = new Failure(null, "x");
    List<Transition> each =
        List.of(
            transition(none, new Failure(null, text), detail(null, null, null, null)),
            transition(new Failure(text, "x"), none, detail(null, null, null, null)),
            transition(none, none, detail(text, null, null, null)),
            transition(none, none, detail(null, text, null, null)),
            transition(none, none, detail(null, null, text, null)),
            transition(none, none, detail(null, null, null, order(text, null, null))),
            transition(none, none, detail(null, null, null, order(null, text, null))),
            transition(none, none, detail(null, null, null, order(null, null, text))));
    try (Journal journal = holding(Remembered.ENTRY_BYTES + 200 - 1)) {
      assertTrue(all(journal).isEmpty());
      for (Transition transition : each) {
        String machine = "M-" + each.indexOf(transition);
        Samples.append(journal, Samples.after(machine, transition), List.of(transition));
        assertEquals(false, journal.isRemembered(), transition.toString());
        journal.confirm(all(journal).entries());
        assertTrue(all(journal).isEmpty());
        assertTrue(journal.isRemembered());
      }
    }
  }

  private static Transition transition(Failure before, Failure after, Detail detail) {
    return new Transition(
        UUID.randomUUID(),
        "error",
        new MachineState(0, Status.OFFLINE, null, null, before),
        new MachineState(1, Status.ERROR, null, null, after),
        detail);
  }

  private static Detail detail(String recipe, String batch, String reason, Order order) {
    return new Detail(null, recipe, batch, reason, null, 0, null, false, false, 0, order);
  }

  private static Order order(String operator, String reason, String hash) {
    return new Order(Samples.ROW, operator, reason, hash, null);
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

  /** A look at many rows asks it of each whose transition is under way. */
  @Test
  void thatAMachineWaitsIsSaidWithoutTheFile() throws Exception {
    Path path = folder.resolve("journal.db");
    open(path).close();
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = file.createStatement()) {
      statement.execute(
          "CREATE TRIGGER away BEFORE INSERT ON entry BEGIN SELECT raise(IGNORE); END");
    }
    try (Journal journal = open(path)) {
      assertEquals(false, journal.waits("A"));
      assertTrue(all(journal).isEmpty());
      decide(journal, "A", 2);
      assertEquals(false, journal.waitsInFile("A"));
      assertTrue(journal.waits("A"));
      assertEquals(false, journal.waits("B"));
      journal.confirm(all(journal).entries());
      assertEquals(false, journal.waits("A"));
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

  /** What a person retries may be older than what of its machine is confirmed and still there. */
  @Test
  void whatIsRetriedBeforeWhatIsConfirmedStillWaits() throws Exception {
    try (Journal journal = open(folder.resolve("journal.db"))) {
      decide(journal, "A", 1);
      Entry poison = all(journal).entries().get(0);
      journal.quarantine(poison.id(), "no", idle("A", 10));
      ends.put("A", 10L);
      decide(journal, "A", 1);
      List<Entry> underWay = all(journal).entries();
      assertEquals(1, journal.retry(List.of(poison.id())));
      journal.confirm(underWay);
      assertTrue(all(journal).isEmpty());
      journal.flush();
      assertEquals(List.of(poison.id()), all(journal).entries().stream().map(Entry::id).toList());
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
    try (Journal journal = holding(bytes(1_000))) {
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
