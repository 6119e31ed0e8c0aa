package dev.millwright.device;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Waits until somebody listens on a TCP port where nobody did. It connects and hangs up at once,
 * which takes nobody's place, at moments that differ from one watch to the next. Where somebody has
 * listened all the time, it looks once. Not safe for use by several threads.
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
   * Looks several times a second while nobody listens.
   *
   * @param atMost how long; it may take longer by one attempt to connect
   * @param away that nobody listened just now; else the first look tells
   * @return whether somebody listens where nobody did
   */
  public boolean await(Duration atMost, boolean away) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    boolean seenAway = away;
    while (true) {
      long left = until - System.nanoTime();
      long pause = TimeUnit.MILLISECONDS.toNanos(EVERY_MS / 2 + random.nextLong(EVERY_MS));
      TimeUnit.NANOSECONDS.sleep(Math.min(left, pause));
      if (left <= pause) {
        return false;
      }
      if (!takesConnections()) {
        seenAway = true;
      } else if (seenAway) {
        return true;
      } else {
        TimeUnit.NANOSECONDS.sleep(until - System.nanoTime());
        return false;
      }
    }
  }

  private boolean takesConnections() {
    try (Socket socket = new Socket()) {
      // Resolved anew each time, as what has moved may have moved to another address.
      socket.connect(new InetSocketAddress(host, port), CONNECT_LIMIT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
