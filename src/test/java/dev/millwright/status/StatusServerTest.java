package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.Secret;
import dev.millwright.testing.Hanging;
import dev.millwright.testing.MemoryWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the status server answers, and whom it does not wait for. */
@Timeout(120)
class StatusServerTest {

  private static final String TOKEN = "a token of many letters";
  private static final HttpHandler HELLO = exchange -> Answer.text(exchange, 200, "hello");
  private static final String HOST = "Host: localhost:9470";

  @Test
  void aPageIsAtItsPathAndNowhereElse() throws Exception {
    try (StatusServer server = server(null)) {
      String answer = RawClient.ask(server.address(), "GET /hello?x=1", HOST);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.endsWith("\r\n\r\nhello\n"), answer);
      assertCode(404, RawClient.ask(server.address(), "GET /hello/", HOST));
      String head = RawClient.ask(server.address(), "HEAD /hello", HOST);
      assertTrue(head.contains("Content-length: 6\r\n") && head.endsWith("\r\n\r\n"), head);
    }
  }

  /** It can look and never touch. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"})
  void nothingButLookingIsAnswered(String method) throws Exception {
    try (StatusServer server = server(null)) {
      String answer = RawClient.ask(server.address(), method + " /hello", HOST);
      assertCode(405, answer);
      assertTrue(answer.contains("Allow: GET, HEAD"), answer);
    }
  }

  /** DNS rebinding: a page from elsewhere whose name leads here brings that name. */
  @Test
  void onlyNamesOfThisHostAreAnswered() throws Exception {
    try (StatusServer server = server(null)) {
      for (String own : List.of("127.0.0.1", "127.0.0.1:1", "LOCALHOST", "mill.example:80")) {
        assertCode(200, RawClient.ask(server.address(), "GET /hello", "Host: " + own));
      }
      for (String other : List.of("evil.example", "127.0.0.1.evil.example", "10.0.0.5", "[::1]")) {
        assertCode(421, RawClient.ask(server.address(), "GET /hello", "Host: " + other));
      }
      assertCode(421, RawClient.ask(server.address(), "GET /hello"));
      assertCode(421, RawClient.ask(server.address(), "GET /hello", HOST, HOST));
    }
  }

  @Test
  void eachAnswerSaysWhatABrowserMayDoWithIt() throws Exception {
    try (StatusServer server = server(null)) {
      for (String path : List.of("/hello", "/absent")) {
        String answer = RawClient.ask(server.address(), "GET " + path, HOST);
        assertTrue(answer.contains("default-src 'none'; script-src 'self';"), answer);
        assertTrue(answer.contains("frame-ancestors 'none'"), answer);
        assertFalse(answer.contains("unsafe"), answer);
        assertTrue(answer.contains("X-content-type-options: nosniff"), answer);
        assertTrue(answer.contains("Referrer-policy: no-referrer"), answer);
      }
    }
  }

  @Test
  void aTokenIsAskedForWhereOneIsSet() throws Exception {
    try (StatusServer server = server(TOKEN)) {
      String without = RawClient.ask(server.address(), "GET /hello", HOST);
      assertCode(401, without);
      assertTrue(without.contains("Www-authenticate: Basic realm="), without);
      for (String right :
          List.of("Bearer " + TOKEN, "bearer " + TOKEN, basic(":" + TOKEN), basic("me:" + TOKEN))) {
        assertCode(200, ask(server, right));
      }
      for (String wrong :
          List.of("Bearer", "Bearer x", "Basic ???", basic(TOKEN + ":"), "Digest " + TOKEN)) {
        assertCode(401, ask(server, wrong));
      }
    }
  }

  /** Ten wrong ones, then not even the right one is looked at for a minute. */
  @Test
  void guessingIsSlow() throws Exception {
    try (StatusServer server = server(TOKEN)) {
      for (int i = 0; i < Attempts.MOST; i++) {
        assertCode(401, ask(server, "Bearer wrong" + i));
      }
      String answer = ask(server, "Bearer " + TOKEN);
      assertCode(429, answer);
      assertTrue(answer.contains("Retry-after: 60"), answer);
    }
  }

  @Test
  void aRequestOfNoEndIsRefused() throws Exception {
    try (StatusServer server = server(null)) {
      String answer =
          RawClient.ask(server.address(), "GET /hello", HOST, "X: " + "a".repeat(100_000));
      assertFalse(answer.contains("hello"), answer);
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
    }
  }

  /** The page is not what the daemon is for: without its port it goes on, and tries again. */
  @Test
  @Tag("host")
  void aPortThatIsTakenIsTriedAgain() throws Exception {
    ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
    MemoryWriter.clear();
    String listen = "127.0.0.1:" + other.getLocalPort();
    try (other;
        StatusServer server =
            server(new StatusSettings(listen, null, List.of()), Map.of("/hello", HELLO))) {
      server.start();
      String line = MemoryWriter.of("status").get(0);
      assertTrue(line.contains("THERE IS NO STATUS PAGE, as " + listen), line);
      assertEquals(null, server.address());
      other.close();
      while (server.address() == null) {
        Thread.sleep(100);
      }
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
    }
  }

  /** A hundred who say nothing, and as many who never end what they say, keep nobody away. */
  @Test
  @Tag("host")
  void slowClientsKeepNobodyAway() throws Exception {
    List<RawClient> slow = new ArrayList<>();
    try (StatusServer server = server(null)) {
      for (int i = 0; i < 100; i++) {
        slow.add(new RawClient(server.address()));
      }
      long start = System.nanoTime();
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
      assertTrue(System.nanoTime() - start < StatusServer.REQUEST_WITHIN.toNanos() / 2);
      for (RawClient client : slow.subList(0, 12)) {
        client.say("GET /hello HTTP/1.1\r\nHost: ");
      }
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
      for (RawClient client : slow) {
        assertEquals("", client.rest().replaceFirst("(?s)HTTP/1.1 4.*", ""), "hung up on");
      }
    } finally {
      for (RawClient client : slow) {
        client.close();
      }
    }
  }

  /** A client that takes nothing of a large answer is dropped, and its thread serves others. */
  @Test
  @Tag("host")
  void whoTakesNothingIsDropped() throws Exception {
    byte[] large = new byte[64 << 20];
    // Answered when all threads answer it at once, so that none has anything else to do.
    CyclicBarrier all = new CyclicBarrier(StatusServer.THREADS);
    HttpHandler meet =
        exchange -> {
          try {
            all.await(10, TimeUnit.SECONDS);
          } catch (Exception e) {
            Answer.text(exchange, 500, e.toString());
            return;
          }
          Answer.text(exchange, 200, "met");
        };
    Map<String, HttpHandler> pages =
        Map.of(
            "/large",
            exchange -> Answer.bytes(exchange, 200, large),
            "/hello",
            HELLO,
            "/meet",
            meet);
    List<RawClient> deaf = new ArrayList<>();
    List<RawClient> meeting = new ArrayList<>();
    try (StatusServer server = server(settings(null), pages)) {
      server.start();
      for (int i = 0; i < StatusServer.THREADS; i++) {
        deaf.add(new RawClient(server.address()));
        deaf.get(i).say("GET /large HTTP/1.1\r\n" + HOST + "\r\n\r\n");
      }
      // Waits for a thread, no longer than an answer may take.
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
      for (int i = 0; i < StatusServer.THREADS; i++) {
        meeting.add(new RawClient(server.address()));
        meeting.get(i).say("GET /meet HTTP/1.1\r\n" + HOST + "\r\nConnection: close\r\n\r\n");
      }
      for (RawClient client : meeting) {
        assertCode(200, client.rest());
      }
      for (RawClient client : deaf) {
        assertTrue(client.rest().length() < large.length);
      }
    } finally {
      deaf.addAll(meeting);
      for (RawClient client : deaf) {
        client.close();
      }
    }
  }

  /** FIELD 25: what hangs is named, with the place; what only waits for its turn is not. */
  @Test
  void aRequestThatDoesNotEndIsOverdue() throws Exception {
    AtomicLong ahead = new AtomicLong();
    TimeSource time = new TimeSource(InstantSource.system(), () -> System.nanoTime() + ahead.get());
    CountDownLatch end = new CountDownLatch(1);
    Map<String, HttpHandler> pages =
        Map.of("/hello", HELLO, "/hangs", exchange -> Hanging.until(end));
    try (StatusServer server = new StatusServer(settings(null), pages, time);
        RawClient client = started(server)) {
      client.say("GET /hangs HTTP/1.1\r\n" + HOST + "\r\n\r\n");
      while (server.heartbeats().size() < 2) {
        Thread.sleep(20);
      }
      assertEquals(List.of(), Heartbeat.overdue(server.heartbeats()));
      ahead.set(Duration.ofMinutes(1).toNanos());
      List<Heartbeat.Overdue> overdue = Heartbeat.overdue(server.heartbeats());
      while (overdue.size() != 1) {
        // Its clock beats by and by.
        Thread.sleep(20);
        overdue = Heartbeat.overdue(server.heartbeats());
      }
      assertEquals("status request 1", overdue.get(0).loop());
      assertTrue(overdue.get(0).stack().contains("StatusServerTest"), overdue.get(0).stack());
      assertFalse(overdue.get(0).vital());
      assertCode(200, RawClient.ask(server.address(), "GET /hello", HOST));
      end.countDown();
      while (!Heartbeat.overdue(server.heartbeats()).isEmpty()) {
        Thread.sleep(20);
      }
    } finally {
      end.countDown();
    }
  }

  private static RawClient started(StatusServer server) throws Exception {
    server.start();
    return new RawClient(server.address());
  }

  private static String ask(StatusServer server, String authorization) throws Exception {
    return RawClient.ask(server.address(), "GET /hello", HOST, "Authorization: " + authorization);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static StatusSettings settings(String token) {
    return new StatusSettings(
        "127.0.0.1:0", token == null ? null : new Secret(token), List.of("mill.example"));
  }

  private static StatusServer server(String token) {
    StatusServer server = server(settings(token), Map.of("/hello", HELLO));
    server.start();
    return server;
  }

  private static StatusServer server(StatusSettings settings, Map<String, HttpHandler> pages) {
    return new StatusServer(settings, pages, TimeSource.system());
  }

  private static void assertCode(int code, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + code + " "), answer);
  }
}
