package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** RFC 9562, 5.7. */
class IdsTest {

  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00.123Z");

  /** Whatever the random bits are, the fixed ones are as the standard wants them. */
  @Test
  void versionVariantAndTimeAreWhereTheStandardPutsThem() {
    for (long random : new long[] {0, -1, Long.MIN_VALUE, 0x5555_5555_5555_5555L}) {
      UUID id = new Ids(InstantSource.fixed(NOW), () -> random).get();
      assertEquals(7, id.version());
      assertEquals(2, id.variant());
      assertEquals(NOW.toEpochMilli(), id.getMostSignificantBits() >>> 16);
    }
  }

  /** The neighbours in time are neighbours in the history's unique index, as PostgreSQL sorts. */
  @Test
  void laterOnesSortAfterEarlierOnes() {
    long[] millis = {NOW.toEpochMilli()};
    Ids ids = new Ids(() -> Instant.ofEpochMilli(millis[0]), ThreadLocalRandom.current()::nextLong);
    String before = ids.get().toString();
    for (int i = 0; i < 1000; i++) {
      millis[0]++;
      String next = ids.get().toString();
      assertTrue(before.compareTo(next) < 0, before + " sorts before " + next);
      before = next;
    }
  }

  /** I3: all threads that decide draw from one source, all within the same millisecond here. */
  @Test
  void fourThreadsNeverDrawTheSame() throws Exception {
    Ids ids = new Ids(InstantSource.fixed(NOW), () -> ThreadLocalRandom.current().nextLong());
    Set<UUID> drawn = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 25_000; i++) {
                  drawn.add(ids.get());
                }
              },
              "draws-" + t);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(100_000, drawn.size());
  }
}
