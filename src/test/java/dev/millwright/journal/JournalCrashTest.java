package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I2 disk first: what append has returned from is there after kill -9, in order, nothing half. */
class JournalCrashTest {

  private static final int THREADS = 4;

  @TempDir Path folder;
  private final long seed = Long.getLong("millwright.seed", System.nanoTime());
  private final Map<String, List<String>> promised = new HashMap<>();

  @Test
  void nothingPromisedIsLostByKill() throws Exception {
    rounds(2);
  }

  @Test
  @Tag("host")
  void nothingPromisedIsLostByManyKills() throws Exception {
    rounds(60);
  }

  private void rounds(int rounds) throws Exception {
    Random random = new Random(seed);
    Path path = folder.resolve("journal.db");
    for (int round = 0; round < rounds; round++) {
      Path said = folder.resolve("said-" + round);
      Process child = JournalChild.start(said, "append", path.toString(), "" + THREADS);
      try {
        // In turns: at any moment of its start, and at any moment of its work.
        int millis = random.nextInt(round % 2 == 0 ? 1500 : 500);
        if (round % 2 == 1) {
          awaitPromise(said);
        }
        child.waitFor(millis, TimeUnit.MILLISECONDS);
      } finally {
        child.destroyForcibly();
      }
      assertTrue(child.waitFor(30, TimeUnit.SECONDS));
      note(said);
      check(path, "round " + round + ", -Dmillwright.seed=" + seed);
    }
    assertEquals(THREADS, promised.size(), "each has promised something");
  }

  private static void awaitPromise(Path said) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!Files.readString(said).contains("M3 ")) {
      assertTrue(System.nanoTime() < deadline, "it appends nothing: " + Files.readString(said));
      Thread.sleep(5);
    }
  }

  /** Its last line may be half; that one it had not said. */
  private void note(Path said) throws Exception {
    String all = Files.readString(said);
    List<String> lines = all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (i == 0) {
        assertEquals("open null", lines.get(i));
        continue;
      }
      String[] words = lines.get(i).split(" ", -1);
      assertEquals(3, words.length, lines.get(i));
      promised.computeIfAbsent(words[0], m -> new ArrayList<>()).add(words[1] + " " + words[2]);
    }
  }

  private void check(Path path, String where) throws Exception {
    try (Journal journal = Samples.open(path)) {
      assertNull(journal.setAside(), where);
      Map<String, List<Entry>> found =
          Samples.waiting(journal).stream().collect(Collectors.groupingBy(Entry::machine));
      assertTrue(found.keySet().containsAll(promised.keySet()), where);
      for (Map.Entry<String, List<Entry>> of : found.entrySet()) {
        List<Entry> entries = of.getValue();
        List<String> ids =
            new ArrayList<>(
                entries.stream()
                    .map(e -> e.transition().from().seq() + " " + e.transition().id())
                    .toList());
        for (int i = 0; i < entries.size(); i++) {
          assertEquals(i, entries.get(i).transition().from().seq(), where + ": gap-free");
        }
        assertEquals(
            entries.size(), journal.known().get(of.getKey()).state().seq(), where + ": whole");
        List<String> said = promised.computeIfAbsent(of.getKey(), m -> new ArrayList<>());
        // One that was not promised may be there: its append was under way.
        assertTrue(ids.size() - said.size() <= 1, where);
        assertEquals(said, ids.subList(0, said.size()), where);
        promised.put(of.getKey(), ids);
      }
    }
  }
}
