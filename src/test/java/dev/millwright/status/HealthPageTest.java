package dev.millwright.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.journal.Journal;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.Overview;
import dev.millwright.testing.HttpPages;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What load balancers, container engines and people on the telephone ask for. */
class HealthPageTest {

  private static final Journal.Room ROOM = new Journal.Room(1, 2);

  private static HttpResponse<byte[]> ask(Health health, String... headers) throws Exception {
    try (HttpPages pages = new HttpPages(Map.of("/healthz", new HealthPage(() -> health)))) {
      return pages.get("/healthz", headers);
    }
  }

  @Test
  void aThreadThatMakesNoProgressIsNamed() throws Exception {
    Health well = Health.alive(List.of(new LoopState("delivery", null)), List.of());
    assertEquals(200, ask(well).statusCode());
    assertTrue(new String(ask(well).body(), UTF_8).startsWith("ok\n"));
    Health stuck =
        Health.alive(
            List.of(new LoopState("delivery", null), new LoopState("link A", "is silent")),
            List.of());
    HttpResponse<byte[]> answer = ask(stuck);
    assertEquals(503, answer.statusCode());
    assertTrue(
        new String(answer.body(), UTF_8).startsWith("not ok\nfault: link A: is silent\n"),
        new String(answer.body(), UTF_8));
  }

  /** Whoever starts a daemon anew by this answer must not do so for the page's sake. */
  @Test
  void aPageThatHangsIsNamedAndNoFault() throws Exception {
    Duration silent = Duration.ofSeconds(40);
    Health health =
        Health.alive(
            List.of(new LoopState("delivery", null)),
            List.of(
                new Overdue("delivery", silent, "stack", true),
                new Overdue("status board", silent, "stack", false)));
    assertEquals(200, ask(health).statusCode());
    assertEquals(
        List.of(
            "1 threads are watched",
            "the page hangs: status board: silent for 40 s; the log says where"),
        health.remarks());
  }

  @Test
  void programsGetJson() throws Exception {
    Health stuck = Health.alive(List.of(new LoopState("link A", "is \"silent\"")), List.of());
    HttpResponse<byte[]> answer = ask(stuck, "Accept", "application/json");
    assertEquals(503, answer.statusCode());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    JsonObject json = JsonParser.parseString(new String(answer.body(), UTF_8)).getAsJsonObject();
    assertEquals(false, json.get("ok").getAsBoolean());
    assertEquals("link A: is \"silent\"", json.getAsJsonArray("faults").get(0).getAsString());
  }

  /** FIELD 24: the database being away is said, and is no reason against being ready. */
  @Test
  void aDatabaseOrAMachineThatIsAwayDoesNotMakeItUnready() {
    Overview away =
        new Overview(
            SamplePlant.NOW,
            SamplePlant.of(8).machines(),
            new DatabaseSnapshot(false, SamplePlant.NOW, "connection refused"),
            null);
    Health ready = Health.ready(true, away, ROOM);
    assertEquals(List.of(), ready.faults());
    assertEquals(
        "database: away since 2026-11-20T09:00:00Z: connection refused", ready.remarks().get(0));
  }

  @Test
  void whatHasNotStartedOrTakesNothingIsNotReady() {
    Overview well = SamplePlant.of(1);
    assertTrue(Health.ready(true, well, ROOM).isWell());
    assertTrue(Health.ready(false, well, ROOM).faults().get(0).startsWith("links:"));
    assertTrue(
        Health.ready(true, well, new Journal.Room(2, 2))
            .faults()
            .get(0)
            .startsWith("journal: it is full"));
    Overview unreadable =
        new Overview(well.at(), well.machines(), well.database(), "its disk is gone");
    assertEquals(
        List.of("journal: its disk is gone"), Health.ready(true, unreadable, null).faults());
  }
}
