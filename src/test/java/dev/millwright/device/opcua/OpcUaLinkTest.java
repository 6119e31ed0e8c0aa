package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.testing.FreePort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a link sees of a server that works. */
class OpcUaLinkTest {

  /** So that all of them, as long texts, are more than the 2 MiB that the library takes. */
  private static final int MANY = 1_500;

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final Duration STALE = Duration.ofSeconds(3);

  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(FreePort.find()).start();
    server.set(T0, "state", 0, "counter", 17, "recipe", "R42");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Every transition hangs on this: whole, in order, with the machine's own time. */
  @Test
  void changesAreObservedInOrderWithTheirSourceTimes() throws Exception {
    try (Watcher watcher = watch().open()) {
      watcher.until("state", 0L);
      for (int i = 1; i <= 5; i++) {
        server.set(T0.plusSeconds(i), "state", i, "counter", 17 + i);
        Observation observation = watcher.until("state", (long) i);
        assertEquals(T0.plusSeconds(i), observation.values().get("state").sourceTime());
        assertEquals("R42", observation.values().get("recipe").value());
      }
    }
  }

  /** FIELD 8: what lasted less than a publishing interval waits in the server's queue. */
  @Test
  void shortLivedStatesAreSeenWithTheCounterTheyHad() throws Exception {
    try (Watcher watcher = watch().open()) {
      watcher.until("state", 0L);
      server.set(T0.plusMillis(10), "state", 1, "counter", 18);
      server.set(T0.plusMillis(20), "state", 3);
      server.set(T0.plusMillis(30), "state", 0);
      server.set(T0.plusMillis(40), "state", 1, "counter", 19);
      watcher.until("counter", 19L);
      assertEquals(
          List.of(
              List.of(0L, 17L),
              List.of(1L, 18L),
              List.of(3L, 18L),
              List.of(0L, 18L),
              List.of(1L, 19L)),
          watcher.course("state", "counter"));
    }
  }

  /** I4: whoever looks late sees what was so then, and is told so. */
  @Test
  void whatWaitedToBeObservedIsNotTakenForNew() throws Exception {
    try (Watcher watcher = watch().open()) {
      watcher.until("state", 0L);
      // On a busy host the report itself takes its time, so that it did not wait as long.
      List<Age> ages = new ArrayList<>();
      for (int state = 1; ages.stream().noneMatch(age -> age.atMost().toMillis() >= 500); state++) {
        assertTrue(state < 6, "reported more than half a second ago: " + ages);
        server.set(T0.plusSeconds(state), "state", state);
        Thread.sleep(600L * state);
        ages.add(watcher.until("state", (long) state).age("state"));
      }
      Duration fresh = STALE.dividedBy(3);
      watcher.until(o -> o.age("state").atMost().compareTo(fresh) < 0);
    }
  }

  private Watcher watch() {
    return new Watcher(
        Watcher.settings(server.endpoint()), Watcher.press(STALE, "state", "counter", "recipe"));
  }

  /**
   * Each request has its cost, and an answer that is too long for the library ends the connection:
   * so many are asked for together only while they are short.
   */
  @Test
  void whatWasShortIsReadTogether() throws Exception {
    String[] tags = IntStream.range(0, MANY).mapToObj(n -> "n" + n).toArray(String[]::new);
    setAll(tags, 7);
    try (Watcher watcher =
        new Watcher(
                Watcher.polled(server.endpoint(), Duration.ofMillis(50)),
                Watcher.press(STALE, tags))
            .open()) {
      watcher.until("n0", 7L);
      assertTrue(server.mostTogether() <= 1_000, server.mostTogether() + " at once, unseen");
      setAll(tags, 8);
      watcher.until("n0", 8L);
      assertEquals(MANY, server.mostTogether());
      String text = "x".repeat(1_500);
      setAll(tags, text);
      watcher.untilBroken();
      watcher.link.open();
      watcher.until("n" + (MANY - 1), text);
      watcher.until("n0", text);
    }
  }

  private void setAll(String[] tags, Object value) {
    for (String tag : tags) {
      server.set(T0, tag, value);
    }
  }

  /** FIELD 5: a session that lives says nothing about the data. */
  @Test
  void whatDoesNotChangeIsObservedEveryThirdOfItsStalenessLimit() throws Exception {
    OpcUaMachine machine = Watcher.press(Duration.ofMillis(600), "state");
    try (Watcher watcher = new Watcher(Watcher.settings(server.endpoint()), machine).open()) {
      List<Long> times = new ArrayList<>();
      while (times.size() < 6) {
        watcher.until("state", 0L);
        times.add(System.nanoTime() / 1_000_000);
      }
      // Some are later where the host is busy, but none is early.
      assertTrue(
          IntStream.range(2, 6).anyMatch(i -> times.get(i) - times.get(i - 1) < 300),
          "every 200 ms: " + times);
      assertEquals(List.of(List.of(0L)), watcher.course("state"));
    }
  }
}
