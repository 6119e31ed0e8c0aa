package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Batch;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Memory;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** I3: whatever is read ahead, what comes next is what the journal says. */
@Timeout(60)
class AheadTest {

  private static final int MOST = 10;

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor a = scene.monitor("A");
  private final MachineMonitor b = scene.monitor("B");
  private Ahead ahead;

  /** Each has 20 entries. */
  @BeforeEach
  void fill() throws Exception {
    // A closed one's ends a moment later.
    Scene.await("the end of other tests' threads", () -> !hasThread());
    ahead = new Ahead(scene.journal, MOST);
    for (MachineMonitor monitor : List.of(a, b)) {
      String name = monitor.name();
      Known known =
          new Known(
              name,
              UUID.randomUUID(),
              Scene.idle(0),
              null,
              Memory.ofRow(0L, "R1", null, Scene.START));
      scene.journal.begin(known);
    }
    for (MachineMonitor monitor : List.of(scene.monitor("A"), scene.monitor("B"))) {
      for (int cycle = 1; cycle <= 10; cycle++) {
        monitor.observe(Scene.shows(monitor.name(), 1, cycle));
        monitor.observe(Scene.shows(monitor.name(), 3, cycle));
      }
    }
    assertEquals(40, scene.journal.count().waiting());
  }

  @AfterEach
  void close() {
    ahead.close();
  }

  /** As {@code machine.number-number}, by the numbers that each of its machines goes on from. */
  private static String words(Batch batch) {
    StringBuilder words = new StringBuilder();
    for (String machine : List.of("A", "B")) {
      List<Long> from =
          batch.entries().stream()
              .filter(entry -> entry.machine().equals(machine))
              .map(entry -> entry.transition().from().seq())
              .toList();
      if (!from.isEmpty()) {
        assertEquals(from.get(from.size() - 1) - from.get(0) + 1, from.size(), "no gaps");
        words.append(machine).append('.').append(from.get(0)).append('-');
        words.append(from.get(from.size() - 1)).append(' ');
      }
    }
    return words.toString().strip();
  }

  private Batch next() throws Exception {
    return ahead.next("", Set.of());
  }

  private void confirm(Batch batch) throws JournalException {
    scene.journal.confirm(batch.entries());
  }

  @Test
  void whatIsReadAheadFollowsOnWhatIsUnderWay() throws Exception {
    Batch first = next();
    assertEquals("A.0-4 B.0-4", words(first));
    ahead.begin(first, "B", Set.of());
    // Not before it was confirmed: the delivery asks only then. This shows that it was read ahead.
    Batch second = ahead.next("B", Set.of());
    assertEquals("A.5-9 B.5-9", words(second));
    confirm(first);
    ahead.begin(second, "B", Set.of());
    confirm(second);
    assertEquals("A.10-14 B.10-14", words(ahead.next("B", Set.of())));
  }

  @Test
  void whatIsUnderWayComesAgainWhereItWasNotWritten() throws Exception {
    Batch first = next();
    ahead.begin(first, "B", Set.of());
    ahead.drop();
    assertEquals("A.0-4 B.0-4", words(next()));
  }

  @Test
  void whatWasReadAheadAndIsVoidDoesNotCome() throws Exception {
    Batch first = next();
    ahead.begin(first, "B", Set.of());
    confirm(first);
    scene.journal.rebase(
        new Known(
            "A",
            UUID.randomUUID(),
            Scene.idle(50),
            null,
            Memory.ofRow(0L, "R1", null, Scene.START)));
    assertEquals("B.5-14", words(ahead.next("B", Set.of())));
  }

  @Test
  void aMachineThatPausesNowDoesNotCome() throws Exception {
    Batch first = next();
    ahead.begin(first, "B", Set.of());
    confirm(first);
    assertEquals("B.5-14", words(ahead.next("B", Set.of("A"))));
  }

  /** Whoever has little to deliver needs no thread for it, and what has come since comes too. */
  @Test
  void littleIsNotReadAhead() throws Exception {
    Batch few = ahead.next("", Set.of("A"));
    assertEquals("B.0-9", words(few));
    confirm(few);
    Batch none = scene.journal.fair("", 4, Set.of());
    ahead.begin(none, "B", Set.of());
    assertEquals("A.0-4 B.10-14", words(ahead.next("B", Set.of())), "from the journal, anew");
    assertFalse(hasThread());
  }

  /** What was read ahead when hardly anything waited is not a batch. */
  @Test
  void whatWasLittleIsReadAgain() throws Exception {
    while (scene.journal.count().waiting() > 10) {
      confirm(next());
    }
    Batch last = next();
    assertEquals("A.15-19 B.15-19", words(last));
    ahead.begin(last, "B", Set.of());
    assertTrue(hasThread());
    confirm(last);
    assertTrue(ahead.next("B", Set.of()).isEmpty());
  }

  private static boolean hasThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("delivery-ahead"));
  }
}
