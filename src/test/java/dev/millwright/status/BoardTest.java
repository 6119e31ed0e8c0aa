package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.Overview;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.HistoryRow;
import dev.millwright.testing.Hanging;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What browsers are told. */
@Timeout(60)
class BoardTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  /** After a reload other machines are watched; whoever looks sees those, and no others. */
  @Test
  void machinesThatComeAndGoAreTold() throws Exception {
    AtomicReference<Overview> plant = new AtomicReference<>(SamplePlant.of(3));
    StatusSettings settings = new StatusSettings("127.0.0.1:0", null, List.of());
    try (Board board = board(plant::get);
        StatusServer server = new StatusServer(settings, board.handlers(), TimeSource.system())) {
      board.start();
      server.start();
      try (RawClient client = new RawClient(server.address())) {
        client.say("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertTrue(state(client).contains(SamplePlant.name(2)));
        plant.set(SamplePlant.of(2));
        String fewer = state(client);
        assertTrue(fewer.contains(SamplePlant.name(1)), fewer);
        assertTrue(!fewer.contains(SamplePlant.name(2)), fewer);
      }
    }
  }

  @Test
  void eachMachineTellsWhatHasHappenedToIt() throws Exception {
    StatusSettings settings = new StatusSettings("127.0.0.1:0", null, List.of());
    try (Board board = board(() -> SamplePlant.of(4));
        StatusServer server = new StatusServer(settings, board.handlers(), TimeSource.system())) {
      board.start();
      server.start();
      String told =
          RawClient.ask(server.address(), "GET /transitions?machine=M-00%33", "Host: localhost");
      assertTrue(told.startsWith("HTTP/1.1 200 "), told);
      assertTrue(told.contains("application/json"), told);
      assertTrue(told.contains("\"seq\":7,"), told);
      assertTrue(told.contains("\"reason\":\"jammed\""), told);
      for (String other : List.of("?machine=M-009", "?machine=", "", "?M-003&machine")) {
        String none =
            RawClient.ask(server.address(), "GET /transitions" + other, "Host: localhost");
        assertTrue(none.startsWith("HTTP/1.1 404 "), none);
      }
    }
  }

  private static Board board(Supplier<Overview> plant) {
    return new Board(plant, (machine, limit) -> List.of(), "host", TimeSource.system());
  }

  /** FIELD 25: a page that shows what was so long ago is named. */
  @Test
  void aLookThatHangsIsOverdue() throws Exception {
    AtomicLong ahead = new AtomicLong();
    TimeSource time = new TimeSource(InstantSource.system(), () -> System.nanoTime() + ahead.get());
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    AtomicReference<Supplier<Overview>> plant = new AtomicReference<>(() -> SamplePlant.of(1));
    // Loaded now: while it is, the stack that is told is the class loader's.
    Hanging.until(new CountDownLatch(0));
    try (Board board =
        new Board(() -> plant.get().get(), (machine, limit) -> List.of(), "host", time)) {
      board.start();
      plant.set(
          () -> {
            hangs.countDown();
            Hanging.until(end);
            return SamplePlant.of(1);
          });
      hangs.await();
      assertEquals(List.of(), Heartbeat.overdue(board.heartbeats()));
      ahead.set(Duration.ofMinutes(1).toNanos());
      Heartbeat.Overdue overdue = Heartbeat.overdue(board.heartbeats()).get(0);
      assertEquals("status board", overdue.loop());
      assertTrue(overdue.stack().contains("Board.look"), overdue.stack());
    } finally {
      end.countDown();
    }
  }

  private static String state(RawClient client) throws Exception {
    StringBuilder told = new StringBuilder();
    int begin = -1;
    while (begin < 0 || told.indexOf("\n\n", begin) < 0) {
      byte[] some = new byte[4_096];
      int read = client.in().read(some);
      assertTrue(read > 0, told.toString());
      told.append(new String(some, 0, read, StandardCharsets.UTF_8));
      begin = told.indexOf("event: state");
    }
    return told.substring(begin);
  }

  /** I4: the machine may have done anything while nobody looked. */
  @Test
  void aGapInThePastStaysUnknown() {
    Timeline timeline = new Timeline();
    String window =
        "{\"inferred\": {\"after\": \"" + at(-5) + "\", \"before\": \"" + at(-2) + "\"}}";
    Board.fill(
        timeline, List.of(row("idle", -2, window), row("processing", -7, "{\"cycle\": 3}")), NOON);
    assertEquals("uppuuuii", timeline.letters(NOON.minusMillis(1), 9).substring(1));
  }

  private static HistoryRow row(String to, int minutes, String detail) {
    return new HistoryRow(
        1, UUID.randomUUID(), "event", null, to, null, at(minutes), at(minutes), detail);
  }

  private static Instant at(int minutes) {
    return NOON.plusSeconds(60L * minutes);
  }
}
