package dev.millwright.device;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Waits until somebody listens on a TCP port where nobody did. It connects and hangs up at once,
 * which takes nobody's place, at moments that differ from one watch to the next. Not safe for use
 * by several threads.
 */
public final class PortWatch {

  private static final long EVERY_MS = 400;
  private static final int CONNECT_LIMIT_MS = 1_000;

  private final String host;
  private final int port;
  private final RandomGenerator random;

  /**
   * @param host a name or an address
   * @param port 1 to 65535
   */
  public PortWatch(String host, int port, RandomGenerator random) {
    this.host = host;
    this.port = port;
    this.random = random;
  }

  /**
   * Looks several times a second.
   *
   * @param atMost how long; it may take longer by one attempt to connect
   * @return whether somebody listens
   */
  public boolean await(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    InetSocketAddress address = new InetSocketAddress(host, port);
    while (true) {
      long left = until - System.nanoTime();
      long pause = TimeUnit.MILLISECONDS.toNanos(EVERY_MS / 2 + random.nextLong(EVERY_MS));
      TimeUnit.NANOSECONDS.sleep(Math.min(left, pause));
      if (left <= pause) {
        return false;
      }
      if (takesConnections(address)) {
        return true;
      }
    }
  }

  private static boolean takesConnections(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_LIMIT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
