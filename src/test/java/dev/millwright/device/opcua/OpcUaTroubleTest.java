package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.testing.Cable;
import dev.millwright.testing.FreePort;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a link makes of a server that does not do, or not do well, what it should. */
class OpcUaTroubleTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final Duration STALE = Duration.ofSeconds(1);

  private int port;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    server = new TestServer(port).start();
    server.set(T0, "state", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** FIELD 2, 6: one node that does not exist is one bad tag, until it exists. */
  @Test
  void aNodeThatDoesNotExistIsOneBadTagUntilItExists() throws Exception {
    try (Watcher watcher = watch(STALE, "state", "extra").open()) {
      Observation first = watcher.until("state", 0L);
      TagValue extra = first.values().get("extra");
      assertEquals(Quality.BAD, extra.quality());
      assertTrue(extra.why().startsWith("Bad_NodeIdUnknown: "), extra.why());
      server.set(T0.plusSeconds(1), "state", 1);
      watcher.until("state", 1L);
      server.set(T0.plusSeconds(2), "extra", "now there");
      watcher.until("extra", "now there");
      server.set(T0.plusSeconds(3), "extra", "and reported");
      watcher.until("extra", "and reported");
    }
  }

  /** FIELD 3: an index that a download has moved is found by the namespace's URI. */
  @Test
  void namespacesAreFoundByUriAfterTheirIndexMoved() throws Exception {
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      server.close();
      server = new TestServer(port, TestServer.Limits.NONE, "urn:new:one", "urn:new:two").start();
      server.set(T0, "state", 7);
      watcher.untilBroken();
      watcher.open().until("state", 7L);
    }
  }

  /** FIELD 3: a program is loaded anew, and a node is gone for a while, during a session. */
  @Test
  void aNodeThatGoesAndComesBackIsReportedAgainWithoutAReconnect() throws Exception {
    server.set(T0, "other", 1);
    try (Watcher watcher = watch(STALE, "state", "other").open()) {
      watcher.until("state", 0L);
      StatusCode gone = new StatusCode(StatusCodes.Bad_NodeIdUnknown);
      server.set("state", TestServer.data(null, gone, T0.plusSeconds(1)));
      Observation seen = watcher.until(o -> o.values().get("state").quality() == Quality.BAD);
      assertEquals(1L, seen.values().get("other").value());
      server.setSilently("state", 5);
      watcher.until("state", 5L);
      for (Instant t = Instant.now(); Instant.now().isBefore(t.plusMillis(600)); ) {
        watcher.link.observe(Duration.ofMillis(50));
      }
      server.set(Instant.now(), "state", 6);
      server.set(Instant.now(), "state", 7);
      watcher.until("state", 7L);
      assertTrue(watcher.course("state").contains(List.of(6L)), "reported, not only read");
    }
  }

  @Test
  void aNamespaceThatTheServerDoesNotHaveIsNamedWithThoseThatItHas() throws Exception {
    OpcUaMachine machine =
        new OpcUaMachine(
            "PRESS-01",
            STALE,
            List.of(
                new OpcUaTag("state", "nsu=" + TestServer.URI + ";s=state"),
                new OpcUaTag("lost", "nsu=urn:elsewhere;s=lost")));
    try (Watcher watcher = new Watcher(Watcher.settings(server.endpoint()), machine).open()) {
      String why = watcher.until("state", 0L).values().get("lost").why();
      assertTrue(why.startsWith("unknown namespace URI urn:elsewhere; the server has "), why);
      assertTrue(why.contains(TestServer.URI), why);
    }
  }

  /** FIELD 7: quality is three-way; a bad value is no value, whatever the server puts beside it. */
  @Test
  void badAndUncertainAreKeptApartAndBadHasNoValue() throws Exception {
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      StatusCode uncertain = new StatusCode(StatusCodes.Uncertain_LastUsableValue);
      server.set("state", TestServer.data(5, uncertain, T0.plusSeconds(1)));
      TagValue value = watcher.until("state", 5L).values().get("state");
      assertEquals(Quality.UNCERTAIN, value.quality());
      assertTrue(value.why().startsWith("Uncertain_LastUsableValue"), value.why());
      StatusCode bad = new StatusCode(StatusCodes.Bad_SensorFailure);
      server.set("state", TestServer.data(5, bad, T0.plusSeconds(2)));
      value =
          watcher
              .until(o -> o.values().get("state").quality() == Quality.BAD)
              .values()
              .get("state");
      assertNull(value.value());
      assertEquals(T0.plusSeconds(2), value.sourceTime());
      assertTrue(value.why().startsWith("Bad_SensorFailure"), value.why());
    }
  }

  /** FIELD 1: the server went away, came back, and everything is read once. */
  @Test
  void aServerThatStopsIsSaidInWordsAndReadAgainWhenItIsBack() throws Exception {
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      server.close();
      String why = watcher.untilBroken();
      assertTrue(why.startsWith(server.endpoint() + ": "), why);
      server = new TestServer(port).start();
      server.set(T0.plusSeconds(9), "state", 3);
      watcher.open().until("state", 3L);
      server.set(T0.plusSeconds(10), "state", 0);
      watcher.until("state", 0L);
    }
  }

  /** I3: a transition that was reported just before the break is not lost with the link. */
  @Test
  void whatWasReportedBeforeTheBreakIsObservedBeforeIt() throws Exception {
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      server.set(T0.plusSeconds(1), "state", 1);
      server.set(T0.plusSeconds(2), "state", 3);
      Thread.sleep(500);
      server.close();
      Thread.sleep(100);
      watcher.untilBroken();
      assertEquals(List.of(List.of(0L), List.of(1L), List.of(3L)), watcher.course("state"));
    }
  }

  /** A pulled plug resets nothing: only the missing answer shows it, and closing must not hang. */
  @Test
  @Tag("host") // takes all of its time-outs
  void aServerThatFallsSilentIsFoundWithinTheTimeOutAndClosingIsBounded() throws Exception {
    try (Cable cable = new Cable(URI.create(server.endpoint()).getPort(), true);
        Watcher watcher =
            new Watcher(
                Watcher.settings("opc.tcp://127.0.0.1:" + cable.port(), Duration.ofSeconds(2)),
                Watcher.press(STALE, "state"))) {
      watcher.open().until("state", 0L);
      cable.swallow();
      long began = System.nanoTime();
      String why = watcher.untilBroken();
      assertTrue(why.contains("reading: no answer within 2s"), why);
      // A third of the staleness limit, the time-out, and at most four seconds for closing: 6.4 s.
      long took = System.nanoTime() - began;
      assertTrue(took < Duration.ofSeconds(20).toNanos(), "took " + Duration.ofNanos(took));
    }
  }

  /** FIELD 1, 5: the session lives, the subscription does not, and nobody says so. */
  @Test
  void aSubscriptionThatIsSilentlyDeadIsFoundByReading() throws Exception {
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      server.setSilently("state", 1);
      String why = watcher.untilBroken();
      assertTrue(why.contains("subscription silently dead: PRESS-01 state has changed"), why);
      assertTrue(
          watcher.seen.stream().allMatch(o -> o.values().get("state").value().equals(0L)),
          "a value that was only read must not overtake what is queued: " + watcher.seen);
      watcher.open().until("state", 1L);
    }
  }

  /** FIELD 8: what the server threw away is said, and the truth is read. */
  @Test
  void anOverflowedQueueIsNoticedAndTheLatestValueIsRight() throws Exception {
    server.close();
    server = new TestServer(port, new TestServer.Limits(10, 500, 3)).start();
    server.set(T0, "state", 0);
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      for (int i = 1; i <= 20; i++) {
        server.set(T0.plusMillis(i), "state", i);
      }
      watcher.until("state", 20L);
      assertTrue(says(watcher, "PRESS-01 state: the server's queue overflowed"), saying(watcher));
      assertTrue(says(watcher, "revised the publishing interval from 50ms to 500ms"));
      assertTrue(says(watcher, "revised queue_size from 50 to as little as 3"), saying(watcher));
      assertFalse(watcher.course("state").contains(List.of(5L)), "discards the oldest");
    }
  }

  /** FIELD 8: a server that looks less often than asked may miss what is short; that is said. */
  @Test
  void aSlowerSamplingIsSaid() throws Exception {
    server.close();
    server = new TestServer(port, new TestServer.Limits(10, 10, 100, 700, 30_000, 60_000)).start();
    server.set(T0, "state", 0);
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      assertTrue(
          says(watcher, "revised the sampling interval from 20ms to as much as 700ms; states"),
          saying(watcher));
    }
  }

  @Test
  void aServerThatCannotSubscribeIsPolled() throws Exception {
    server.close();
    server = new TestServer(port, new TestServer.Limits(0, 10, 3)).start();
    server.set(T0, "state", 0);
    try (Watcher watcher = watch(STALE, "state").open()) {
      watcher.until("state", 0L);
      server.set(T0.plusSeconds(1), "state", 4);
      watcher.until("state", 4L);
      assertTrue(says(watcher, "cannot subscribe (Bad_TooManySubscriptions"), saying(watcher));
    }
  }

  @Test
  void pollingSeesValuesAndBadTagsToo() throws Exception {
    OpcUaSettings polled = Watcher.polled(server.endpoint(), Duration.ofMillis(30));
    OpcUaMachine machine = Watcher.press(STALE, "state", "extra");
    try (Watcher watcher = new Watcher(polled, machine).open()) {
      watcher.until("state", 0L);
      server.set(T0.plusSeconds(1), "state", 1);
      Observation seen = watcher.until("state", 1L);
      assertEquals(T0.plusSeconds(1), seen.values().get("state").sourceTime());
      assertEquals(Quality.BAD, seen.values().get("extra").quality());
      server.close();
      assertTrue(watcher.untilBroken().startsWith(server.endpoint()));
    }
  }

  private Watcher watch(Duration stale, String... tags) {
    return new Watcher(Watcher.settings(server.endpoint()), Watcher.press(stale, tags));
  }

  private static boolean says(Watcher watcher, String text) {
    return watcher.notices.stream().anyMatch(notice -> notice.contains(text));
  }

  private static String saying(Watcher watcher) {
    return String.join("; ", watcher.notices);
  }
}
