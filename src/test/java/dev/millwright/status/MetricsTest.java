package dev.millwright.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Overview;
import dev.millwright.testing.HttpPages;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Prometheus gets to see. */
@Timeout(60)
class MetricsTest {

  private static final String OPEN_METRICS =
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

  private static String scrape(Metrics metrics, String... headers) throws Exception {
    try (HttpPages pages = new HttpPages(Map.of("/metrics", metrics))) {
      return new String(pages.get("/metrics", headers).body(), UTF_8);
    }
  }

  private static List<String> lines(String scrape, String beginning) {
    return Arrays.stream(scrape.split("\n")).filter(line -> line.startsWith(beginning)).toList();
  }

  @Test
  void whatHasHappenedIsCountedByMachine() throws Exception {
    String scrape = scrape(SamplePlant.metrics(() -> SamplePlant.of(1)));
    for (String line :
        List.of(
            "millwright_transitions_total{event=\"link_lost\",machine=\"M-000\"} 1.0",
            "millwright_commands_total{command=\"start\",machine=\"M-000\",outcome=\"error\"} 1.0",
            "millwright_conflicts_total{machine=\"M-000\"} 1.0",
            "millwright_link_failures_total{link=\"link-0\"} 1.0",
            "millwright_delivery_latency_seconds_bucket{le=\"0.01\"} 0",
            "millwright_delivery_latency_seconds_bucket{le=\"0.025\"} 1",
            "millwright_delivery_latency_seconds_bucket{le=\"3600.0\"} 1",
            "millwright_pulse_overrun_seconds_sum 3.0E-4",
            "millwright_log_lines_dropped_total 5.0",
            "millwright_reloads_total{result=\"mistaken\"} 1.0",
            "millwright_reloads_total{result=\"applied\"} 0.0",
            "millwright_build_info{java=\""
                + System.getProperty("java.version")
                + "\",version=\"1.2.3\"} 1.0")) {
      assertTrue(lines(scrape, line).contains(line), line + " in\n" + scrape);
    }
  }

  @Test
  void theRestIsAsTheOverviewHasIt() throws Exception {
    String scrape = scrape(SamplePlant.metrics(() -> SamplePlant.of(4)));
    for (String line :
        List.of(
            "millwright_machine_status{machine=\"M-003\",status=\"error\"} 1.0",
            "millwright_machine_status{machine=\"M-003\",status=\"idle\"} 0.0",
            "millwright_machine_data_age_seconds{machine=\"M-000\"} 0.15",
            "millwright_pending_transitions{machine=\"M-003\"} 3.0",
            "millwright_pending_oldest_age_seconds 90.0",
            "millwright_quarantined_transitions{machine=\"M-003\"} 1.0",
            "millwright_link_up{link=\"link-0\"} 1.0",
            "millwright_link_up{link=\"link-1\"} 1.0",
            "millwright_database_up 1.0",
            "millwright_loop_up{loop=\"staleness\"} 0.0",
            "millwright_clock_synchronized 1.0")) {
      assertTrue(lines(scrape, line).contains(line), line + " in\n" + scrape);
    }
  }

  /** I4: what is not known is not there, and not 0. */
  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    Overview blind =
        new Overview(
            SamplePlant.NOW,
            SamplePlant.of(1).machines().stream()
                .map(
                    m ->
                        new dev.millwright.runtime.MachineSnapshot(
                            m.machine(), null, m.link(), null, null, null, null, null))
                .toList(),
            new DatabaseSnapshot(false, SamplePlant.NOW, "away"),
            "the journal is gone");
    String scrape = scrape(SamplePlant.metrics(() -> blind));
    assertEquals(List.of(), lines(scrape, "millwright_pending_"));
    assertEquals(List.of(), lines(scrape, "millwright_quarantined_"));
    assertEquals(List.of(), lines(scrape, "millwright_machine_data_age_seconds{"));
    assertEquals(
        4,
        lines(scrape, "millwright_machine_status{").stream()
            .filter(l -> l.endsWith(" 0.0"))
            .count());
    assertEquals(List.of("millwright_journal_up 0.0"), lines(scrape, "millwright_journal_up"));
    assertEquals(List.of("millwright_database_up 0.0"), lines(scrape, "millwright_database_up"));
  }

  /** I8: series are bounded by the machines and links that there are now, also after reloads. */
  @Test
  void aMachineThatIsNotConfiguredAnyMoreHasNoSeries() throws Exception {
    AtomicReference<Overview> overview = new AtomicReference<>(SamplePlant.of(6));
    Metrics metrics = SamplePlant.metrics(overview::get);
    assertTrue(scrape(metrics).contains("M-005"));
    overview.set(SamplePlant.of(2));
    String scrape = scrape(metrics);
    assertFalse(scrape.contains("M-005"), scrape);
    assertFalse(scrape.contains("link-1"), scrape);
    assertTrue(scrape.contains("M-001"));
  }

  /** A rate needs a first value: what has not happened yet is 0. */
  @Test
  void nothingHasHappenedIsZero() throws Exception {
    Metrics metrics = new Metrics();
    Metrics other = SamplePlant.metrics(() -> SamplePlant.of(1));
    assertFalse(scrape(metrics).contains("millwright_conflicts_total{"), "nothing is known yet");
    assertTrue(scrape(other).contains("millwright_conflicts_total{machine=\"M-000\"} 1.0"));
    metrics.show(
        new Metrics.Sources(
            "1", () -> SamplePlant.of(1), () -> null, List::of, List::of, () -> null, () -> 0));
    String scrape = scrape(metrics);
    assertTrue(scrape.contains("millwright_conflicts_total{machine=\"M-000\"} 0.0"), scrape);
    assertEquals(List.of(), lines(scrape, "millwright_clock_synchronized"), "nor is it 0");
  }

  @Test
  void theFormatIsTheOneThatIsAskedFor() throws Exception {
    try (HttpPages pages =
        new HttpPages(Map.of("/metrics", SamplePlant.metrics(() -> SamplePlant.of(2))))) {
      HttpResponse<byte[]> text = pages.get("/metrics");
      assertEquals("text/plain; version=0.0.4; charset=utf-8", type(text));
      HttpResponse<byte[]> open = pages.get("/metrics", "Accept", OPEN_METRICS);
      assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", type(open));
      assertTrue(new String(open.body(), UTF_8).endsWith("# EOF\n"));
      // A server that would rather have protobuf gets text: it has to be able to read it.
      HttpResponse<byte[]> proto =
          pages.get(
              "/metrics",
              "Accept",
              "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited");
      assertEquals("text/plain; version=0.0.4; charset=utf-8", type(proto));
    }
  }

  @Test
  void itIsPackedWhereThatIsAskedFor() throws Exception {
    try (HttpPages pages =
        new HttpPages(Map.of("/metrics", SamplePlant.metrics(() -> SamplePlant.of(20))))) {
      byte[] plain = pages.get("/metrics").body();
      HttpResponse<byte[]> packed = pages.get("/metrics", "Accept-Encoding", "deflate, gzip;q=0.8");
      assertEquals("gzip", packed.headers().firstValue("Content-Encoding").orElse(""));
      assertTrue(packed.body().length < plain.length / 5, packed.body().length + " bytes");
      byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
      assertTrue(new String(unpacked, UTF_8).contains("millwright_transitions_total"));
      for (String not : List.of("gzip;q=0", "identity", "gzip;q=0.0, deflate")) {
        assertFalse(
            pages
                .get("/metrics", "Accept-Encoding", not)
                .headers()
                .map()
                .containsKey("content-encoding"),
            not);
      }
    }
  }

  /** Two hundred machines: a scrape takes some milliseconds, and has a bounded number of series. */
  @Test
  void aScrapeOfTwoHundredMachinesIsFast() throws Exception {
    Metrics metrics = SamplePlant.metrics(() -> SamplePlant.of(200));
    List<Long> took = new ArrayList<>();
    byte[] body = {};
    try (HttpPages pages = new HttpPages(Map.of("/metrics", metrics))) {
      for (int i = 0; i < 60; i++) {
        long began = System.nanoTime();
        body = pages.get("/metrics").body();
        took.add(System.nanoTime() - began);
      }
    }
    took.sort(null);
    long series =
        Arrays.stream(new String(body, UTF_8).split("\n")).filter(l -> !l.startsWith("#")).count();
    System.out.printf(
        "a scrape of 200 machines: median %.1f ms, longest %.1f ms, %d series, %d bytes%n",
        took.get(30) / 1e6, took.get(59) / 1e6, series, body.length);
    assertTrue(series < 200 * 35 + 200, series + " series");
    assertTrue(took.get(30) < Duration.ofMillis(500).toNanos(), took.toString());
  }

  private static String type(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }
}
