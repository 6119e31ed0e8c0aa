package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
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
    rounds(3);
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
      // From before the file is there to long after its log has been moved into it.
      appendUntilKilled(path, round == 0 ? 0 : random.nextInt(random.nextBoolean() ? 200 : 2000));
      check(path, "round " + round + ", -Dmillwright.seed=" + seed);
    }
    assertTrue(promised.size() == THREADS, "something was promised");
  }

  private void appendUntilKilled(Path path, int millis) throws Exception {
    Process child = JournalChild.start("append", path.toString(), "" + THREADS);
    try (BufferedReader said = child.inputReader()) {
      if (millis > 0) {
        assertEquals("open null", said.readLine());
      }
      Thread killer =
          new Thread(
              () -> {
                try {
                  child.waitFor(millis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                child.destroyForcibly();
              });
      killer.start();
      // The killed process may have written half a line; that one it had not said.
      StringBuilder all = new StringBuilder();
      char[] buffer = new char[8192];
      for (int n = said.read(buffer); n >= 0; n = said.read(buffer)) {
        all.append(buffer, 0, n);
      }
      killer.join();
      for (String line : all.substring(0, all.lastIndexOf("\n") + 1).lines().toList()) {
        String[] words = line.split(" ", -1);
        assertEquals(3, words.length, line);
        promised.computeIfAbsent(words[0], m -> new ArrayList<>()).add(words[1] + " " + words[2]);
      }
    } finally {
      child.destroyForcibly();
    }
  }

  private void check(Path path, String where) throws Exception {
    try (Journal journal = Samples.open(path)) {
      assertNull(journal.setAside(), where);
      Map<String, List<Entry>> found =
          journal.waiting(0, Integer.MAX_VALUE).stream()
              .collect(Collectors.groupingBy(Entry::machine));
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
