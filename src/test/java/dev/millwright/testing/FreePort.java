package dev.millwright.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A TCP port that nobody uses. */
public final class FreePort {

  private FreePort() {}

  /** Below those that the system gives to outgoing connections: some tests bind it again later. */
  public static int find() throws IOException {
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (BindException e) {
        // Taken; another.
      }
    }
    throw new IOException("no free port among 100 between 20000 and 32000");
  }
}
