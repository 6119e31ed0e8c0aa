package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Opening and closing, also where nothing answers, or something else does. */
@Execution(ExecutionMode.CONCURRENT)
class OpcUaConnectTest {

  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final Duration STALE = Duration.ofSeconds(3);

  @Test
  void aClosedPortIsSaidInWords() throws Exception {
    int port = TestServer.freePort();
    assertTrue(refusal("opc.tcp://127.0.0.1:" + port).contains(": connection refused; is the"));
  }

  @Test
  void anUnknownHostIsSaidInWords() throws Exception {
    String why = refusal("opc.tcp://plc.invalid:4840");
    assertTrue(why.contains("looking up plc.invalid: unknown host"), why);
  }

  /** FIELD 4: and the library does not go on connecting by itself. */
  @Test
  void aPortThatResetsIsSaidInWordsAndNotTriedAgain() throws Exception {
    try (Listener listener = new Listener(true)) {
      String why = refusal(listener.endpoint());
      assertTrue(why.contains("closed the connection") || why.contains("broke"), why);
      int tried = listener.accepted.size();
      Thread.sleep(1_500);
      assertEquals(tried, listener.accepted.size());
    }
  }

  @Test
  void aPortThatSaysNothingIsGivenUpInTimeAndNotTriedAgain() throws Exception {
    try (Listener listener = new Listener(false)) {
      String why = refusal(listener.endpoint());
      assertTrue(why.contains("no answer within 700ms"), why);
      int tried = listener.accepted.size();
      Thread.sleep(1_500);
      assertEquals(tried, listener.accepted.size());
    }
  }

  /** FIELD 4: reconnecting is the owner's, with its backoff, however late it comes to it. */
  @Test
  void aLostSessionIsNotReopenedBehindTheOwnersBack() throws Exception {
    int port = TestServer.freePort();
    OpcUaLink link = link("opc.tcp://127.0.0.1:" + port, Duration.ofSeconds(2));
    try (TestServer server = new TestServer(port).start()) {
      server.set(Instant.now(), "state", 0);
      link.open();
    }
    try (Listener listener = new Listener(true, port)) {
      Thread.sleep(1_500);
      assertEquals(0, listener.accepted.size());
    } finally {
      link.close();
    }
  }

  /** Who listens again is opened at once; who listens and refuses is left alone (FIELD 4). */
  @Test
  void onlyAServerThatWasAwayIsSeenToComeBack() throws Exception {
    int port = TestServer.freePort();
    try (OpcUaLink link = link("opc.tcp://127.0.0.1:" + port, Duration.ofSeconds(20))) {
      assertThrows(LinkException.class, link::open);
      try (Listener listener = new Listener(true, port)) {
        assertTrue(link.awaitReturn(Duration.ofSeconds(30)));
        assertThrows(LinkException.class, link::open);
        int tried = listener.accepted.size();
        assertFalse(link.awaitReturn(Duration.ofMillis(1_500)));
        assertEquals(tried, listener.accepted.size());
      }
    }
  }

  @Test
  void closingFromAnotherThreadEndsAnOpenUnderWay() throws Exception {
    try (Listener listener = new Listener(false)) {
      OpcUaLink link = link(listener.endpoint(), Duration.ofSeconds(20));
      CompletableFuture<Void> closer =
          CompletableFuture.runAsync(
              link::close, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
      Instant began = Instant.now();
      LinkException e = assertThrows(LinkException.class, link::open);
      assertTrue(e.getMessage().endsWith(": closed"), e.getMessage());
      assertTrue(Instant.now().isBefore(began.plusSeconds(3)), "took too long");
      closer.join();
    }
  }

  private static String refusal(String endpoint) {
    OpcUaLink link = link(endpoint, TIMEOUT);
    Instant began = Instant.now();
    String why = assertThrows(LinkException.class, link::open).getMessage();
    assertTrue(why.startsWith(endpoint + ": "), why);
    Duration took = Duration.between(began, Instant.now());
    assertTrue(took.compareTo(TIMEOUT.multipliedBy(4)) < 0, "took " + took);
    return why;
  }

  private static OpcUaLink link(String endpoint, Duration timeout) {
    OpcUaSettings settings =
        new OpcUaSettings(endpoint, "None", null, null, null, null, null, timeout);
    return new OpcUaLink(settings, null, List.of(Watcher.press(STALE, "state")), notice -> {});
  }

  /** Takes connections, and then closes them, or says nothing. */
  private static final class Listener implements AutoCloseable {

    final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final ServerSocket socket;

    Listener(boolean reset) throws IOException {
      this(reset, 0);
    }

    Listener(boolean reset, int port) throws IOException {
      socket = new ServerSocket(port, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      Thread thread = new Thread(() -> accept(reset), "listener");
      thread.setDaemon(true);
      thread.start();
    }

    String endpoint() {
      return "opc.tcp://127.0.0.1:" + socket.getLocalPort();
    }

    private void accept(boolean reset) {
      try {
        while (true) {
          Socket client = socket.accept();
          accepted.add(client);
          if (reset) {
            client.setSoLinger(true, 0);
            client.close();
          }
        }
      } catch (IOException e) {
        // Closed: the test is over.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket client : accepted) {
        client.close();
      }
    }
  }
}
