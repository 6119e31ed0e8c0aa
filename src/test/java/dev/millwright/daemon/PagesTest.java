package dev.millwright.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.HttpPages;
import dev.millwright.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a running daemon shows to Prometheus, and to those who ask whether it is well. */
@Timeout(120)
class PagesTest {

  @TempDir private Path directory;

  @Test
  void aRunningDaemonShowsWhatItDoes() throws Exception {
    VirtualPlant plant = new VirtualPlant(directory, 2);
    Wirings.pki(plant.configuration(null), InstantSource.system()).own();
    Daemon daemon;
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      daemon = Daemon.start(plant.configuration(database.settings()), null, TimeSource.system());
      try (daemon;
          HttpPages pages = new HttpPages(daemon.pages())) {
        String shown =
            await(
                pages,
                text ->
                    text.contains("millwright_transitions_total{event=\"start\",machine=\"V-0\"}")
                        && !text.contains("millwright_delivery_latency_seconds_count 0\n"));
        assertTrue(shown.contains("millwright_database_up 1.0"), shown);
        assertTrue(shown.contains("millwright_link_up{link=\"virtual V-1\"} 1.0"), shown);
        assertTrue(shown.contains("millwright_machine_data_age_seconds{machine=\"V-1\"} "), shown);
        assertTrue(shown.contains("millwright_loop_up{loop=\"delivery\"} 1.0"), shown);
        assertTrue(shown.contains("millwright_loop_up{loop=\"control\"} 1.0"), shown);
        assertTrue(shown.contains("\",role=\"own\",thumbprint=\""), shown);
        assertTrue(value(shown, "millwright_journal_size_bytes") > 0, shown);
        assertEquals(
            60, value(shown, "millwright_journal_size_limit_bytes") / (1 << 20), 0.5, shown);
        assertEquals(200, pages.get("/healthz").statusCode());
        HttpResponse<byte[]> ready = pages.get("/readyz");
        assertEquals(200, ready.statusCode());
        assertTrue(new String(ready.body(), UTF_8).contains("database: it answers"));
      }
    }
    try (HttpPages pages = new HttpPages(daemon.pages())) {
      assertEquals(503, pages.get("/healthz").statusCode(), "its threads have ended");
    }
  }

  private static double value(String scrape, String metric) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static String await(HttpPages pages, Predicate<String> reached) throws Exception {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (true) {
      String text = new String(pages.get("/metrics").body(), UTF_8);
      if (reached.test(text) || System.nanoTime() - deadline > 0) {
        assertTrue(reached.test(text), text);
        return text;
      }
      Thread.sleep(50);
    }
  }
}
