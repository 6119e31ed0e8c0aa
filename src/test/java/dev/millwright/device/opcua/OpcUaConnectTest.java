package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.testing.FreePort;
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

  /** Of whoever waits in vain. */
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  /** Of whoever gets an answer, be it from a slow name server. */
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  private static final Duration STALE = Duration.ofSeconds(3);

  @Test
  void aClosedPortIsSaidInWords() throws Exception {
    int port = FreePort.find();
    assertTrue(
        refusal("opc.tcp://127.0.0.1:" + port, PATIENCE).contains(": connection refused; is the"));
  }

  @Test
  void anUnknownHostIsSaidInWords() throws Exception {
    String why = refusal("opc.tcp://plc.invalid:4840", PATIENCE);
    assertTrue(why.contains("looking up plc.invalid: unknown host"), why);
  }

  /** FIELD 4: and the library does not go on connecting by itself. */
  @Test
  void aPortThatResetsIsSaidInWordsAndNotTriedAgain() throws Exception {
    try (Listener listener = new Listener(true)) {
      String why = refusal(listener.endpoint(), PATIENCE);
      assertTrue(why.contains("closed the connection") || why.contains("broke"), why);
      int tried = listener.accepted.size();
      Thread.sleep(1_500);
      assertEquals(tried, listener.accepted.size());
    }
  }

  @Test
  void aPortThatSaysNothingIsGivenUpInTimeAndNotTriedAgain() throws Exception {
    try (Listener listener = new Listener(false)) {
      String why = refusal(listener.endpoint(), TIMEOUT);
      assertTrue(why.contains("no answer within 700ms"), why);
      int tried = listener.accepted.size();
      Thread.sleep(1_500);
      assertEquals(tried, listener.accepted.size());
    }
  }

  /** FIELD 4: reconnecting is the owner's, with its backoff, however late it comes to it. */
  @Test
  void aLostSessionIsNotReopenedBehindTheOwnersBack() throws Exception {
    int port = FreePort.find();
    OpcUaLink link = link("opc.tcp://127.0.0.1:" + port, PATIENCE);
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
    int port = FreePort.find();
    try (OpcUaLink link = link("opc.tcp://127.0.0.1:" + port, PATIENCE)) {
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
      OpcUaLink link = link(listener.endpoint(), PATIENCE);
      CompletableFuture<Void> closer =
          CompletableFuture.runAsync(
              link::close, CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
      long began = System.nanoTime();
      LinkException e = assertThrows(LinkException.class, link::open);
      assertTrue(e.getMessage().endsWith(": closed"), e.getMessage());
      assertTrue(System.nanoTime() - began < PATIENCE.toNanos() / 2, "took too long");
      closer.join();
    }
  }

  private static String refusal(String endpoint, Duration timeout) {
    OpcUaLink link = link(endpoint, timeout);
    long began = System.nanoTime();
    String why = assertThrows(LinkException.class, link::open).getMessage();
    assertTrue(why.startsWith(endpoint + ": "), why);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(PATIENCE) < 0, "took " + took);
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
