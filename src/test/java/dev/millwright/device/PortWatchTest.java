package dev.millwright.device;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Looking for a server that is away, often and cheaply. */
@Execution(ExecutionMode.CONCURRENT)
class PortWatchTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void thatSomebodyListensAgainIsSeenSoon() throws Exception {
    int port = FreePort.find();
    PortWatch watch = new PortWatch("127.0.0.1", port, new Random(1));
    CompletableFuture<ServerSocket> back =
        CompletableFuture.supplyAsync(
            () -> listen(port), CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
    long began = System.nanoTime();
    assertTrue(watch.await(LONG, true));
    try (ServerSocket socket = back.join()) {
      assertTrue(socket.isBound());
      long took = System.nanoTime() - began;
      assertTrue(took < LONG.toNanos() / 2, "took " + Duration.ofNanos(took));
    }
  }

  @Test
  void whatWasNotKnownToBeAwayIsSeenToGoAndComeBack() throws Exception {
    int port = FreePort.find();
    PortWatch watch = new PortWatch("127.0.0.1", port, new Random(4));
    CompletableFuture<ServerSocket> back =
        CompletableFuture.supplyAsync(
            () -> listen(port), CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));
    assertTrue(watch.await(LONG, false));
    back.join().close();
  }

  @Test
  void whoListensAllTheTimeIsLookedAtOnce() throws Exception {
    try (ServerSocket socket = listen(FreePort.find())) {
      PortWatch watch = new PortWatch("127.0.0.1", socket.getLocalPort(), new Random(5));
      assertFalse(watch.await(Duration.ofMillis(2_500), false));
      socket.setSoTimeout(10_000);
      socket.accept().close();
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, socket::accept);
    }
  }

  @Test
  void aWatchEndsInTimeWhereNobodyListens() throws Exception {
    PortWatch watch = new PortWatch("127.0.0.1", FreePort.find(), new Random(2));
    long began = System.nanoTime();
    assertFalse(watch.await(Duration.ofMillis(500), true));
    assertTrue(System.nanoTime() - began >= 490_000_000);
  }

  @Test
  void aStopEndsIt() throws Exception {
    PortWatch watch = new PortWatch("127.0.0.1", FreePort.find(), new Random(3));
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> watch.await(LONG, true));
  }

  private static ServerSocket listen(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
