package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Browsers that look at the same time: so many, and only those that read. */
@Tag("host")
@Timeout(60)
class EventsTest {

  private static final String REQUEST = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final Patience patience = new Patience(TimeSource.system());
  private final Events[] holder = new Events[1];
  private final Events events = new Events(patience, listener -> holder[0].add(listener));
  private final List<RawClient> clients = new ArrayList<>();

  /** I8: one too many is told so; when somebody leaves there is room again. */
  @Test
  void thereIsALimitOfThem() throws Exception {
    holder[0] = events;
    try (StatusServer server = server()) {
      for (int i = 0; i < Events.MOST; i++) {
        connect(server);
      }
      String refused = RawClient.ask(server.address(), "GET /events", "Host: localhost");
      assertTrue(refused.startsWith("HTTP/1.1 503 "), refused);
      clients.forEach(EventsTest::close);
      while (!events.isEmpty()) {
        events.tell(": still there?\n\n");
        Thread.sleep(50);
      }
    }
  }

  /** I8: whoever takes nothing is dropped, and memory holds no more than a few messages for him. */
  @Test
  void whoDoesNotReadIsDropped() throws Exception {
    holder[0] = events;
    String large = "data: " + "x".repeat(100_000) + "\n\n";
    try (StatusServer server = server()) {
      connect(server);
      while (!events.isEmpty()) {
        events.tell(large);
        patience.look();
        Thread.sleep(20);
      }
      assertTrue(clients.get(0).rest().length() < 50_000_000);
    } finally {
      clients.forEach(EventsTest::close);
    }
  }

  /** I8: whoever cannot be told anything, for a fault of ours, takes nobody's place. */
  @Test
  void whoIsNotWelcomedTakesNobodysPlace() throws Exception {
    try (StatusServer server = server()) {
      for (int i = 0; i <= Events.MOST; i++) {
        String unused = RawClient.ask(server.address(), "GET /events", "Host: localhost");
      }
      holder[0] = events;
      connect(server);
    } finally {
      clients.forEach(EventsTest::close);
    }
  }

  private void connect(StatusServer server) throws Exception {
    RawClient client = new RawClient(server.address());
    clients.add(client);
    client.say(REQUEST);
    // The head of the answer: from then on it is counted.
    assertTrue(client.in().read() == 'H');
    while (events.isEmpty()) {
      Thread.sleep(10);
    }
  }

  private static void close(RawClient client) {
    try {
      client.close();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private StatusServer server() {
    StatusServer server =
        new StatusServer(
            new StatusSettings("127.0.0.1:0", null, List.of()),
            Map.of("/events", events),
            TimeSource.system());
    server.start();
    return server;
  }
}
