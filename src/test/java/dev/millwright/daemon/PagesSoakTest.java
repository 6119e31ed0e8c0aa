package dev.millwright.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.HttpPages;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Metrics, health and the overview that status shows, asked for without a pause while a plant runs:
 * neither memory nor threads nor files nor series grow (I8). {@code -Dsoak.seconds=1800} is the
 * full measure.
 */
@Tag("soak")
class PagesSoakTest {

  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final int MACHINES = 50;
  private static final int WARM_UP_SECONDS = 30;
  private static final long MOST_GROWTH_BYTES = 6 << 20;

  @TempDir private Path directory;

  private record Vitals(long heapBytes, int threads, long files, long series) {

    static Vitals now(HttpPages pages) throws Exception {
      String text = new String(pages.get("/metrics").body(), UTF_8);
      long series = text.lines().filter(line -> !line.startsWith("#")).count();
      // What the tests keep of the log is none of the daemon's.
      MemoryWriter.clear();
      long heap = Long.MAX_VALUE;
      for (int i = 0; i < 3; i++) {
        System.gc();
        heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      }
      int threads = ManagementFactory.getThreadMXBean().getThreadCount();
      return new Vitals(heap, threads, openFiles(), series);
    }

    private static long openFiles() throws IOException {
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        return open.count();
      }
    }
  }

  @Test
  void askingForEverythingAllTheTimeMakesNothingGrow() throws Exception {
    VirtualPlant plant = new VirtualPlant(directory, MACHINES);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong asked = new AtomicLong();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (TestDatabase database = TestDatabase.withSchema().create();
        Daemon daemon =
            Daemon.start(plant.configuration(database.settings()), null, TimeSource.system());
        HttpPages pages = new HttpPages(daemon.pages())) {
      List<Thread> clients =
          List.of("/metrics", "/healthz", "/readyz").stream()
              .map(
                  page ->
                      new Thread(
                          () -> {
                            try {
                              while (!done.get()) {
                                assertEquals(200, pages.get(page).statusCode(), page);
                                assertEquals(MACHINES, daemon.overview().machines().size());
                                asked.incrementAndGet();
                                Thread.sleep(20);
                              }
                            } catch (Exception | AssertionError e) {
                              failures.add(e);
                            }
                          },
                          "asks for " + page))
              .toList();
      clients.forEach(Thread::start);
      Thread.sleep(WARM_UP_SECONDS * 1_000L);
      Vitals before = Vitals.now(pages);
      Thread.sleep(SECONDS * 1_000L);
      Vitals after = Vitals.now(pages);
      done.set(true);
      for (Thread client : clients) {
        client.join(30_000);
      }
      System.out.printf(
          "%d s, %d machines, %d transitions, asked %d times: %s, then %s%n",
          SECONDS,
          MACHINES,
          Long.parseLong(database.value("SELECT count(*) FROM machine_transitions")),
          asked.get(),
          before,
          after);
      assertEquals(List.of(), failures);
      assertTrue(asked.get() > SECONDS, asked + " times");
      assertTrue(after.heapBytes() - before.heapBytes() < MOST_GROWTH_BYTES, "memory");
      assertTrue(after.threads() - before.threads() <= 3, "threads");
      assertTrue(after.files() - before.files() <= 5, "files");
      // A machine that has not failed yet gets its first series of that kind.
      assertTrue(after.series() - before.series() < MACHINES * 4L, "series");
    }
  }
}
