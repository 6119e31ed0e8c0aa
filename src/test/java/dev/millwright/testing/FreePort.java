package dev.millwright.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** TCP ports that nobody uses, and that no other test on this host is given either. */
public final class FreePort {

  /** Below those that the system gives to outgoing connections: some tests bind one much later. */
  private static final int FIRST = 20_000;

  private static final int BLOCK = 100;
  private static final int BLOCKS = 120;

  /** The first port of this JVM's block: while it is taken, other JVMs leave the block alone. */
  private static ServerSocket sign;

  private static int last;

  private FreePort() {}

  /** Each of the block in turn, so that one is not given again soon. */
  public static synchronized int find() throws IOException {
    if (sign == null) {
      sign = claim();
    }
    for (int tries = 1; tries < BLOCK; tries++) {
      last = last % (BLOCK - 1) + 1;
      try (ServerSocket probe = bind(sign.getLocalPort() + last)) {
        return probe.getLocalPort();
      } catch (BindException e) {
        // Somebody who knows nothing of blocks has it; the next.
      }
    }
    throw new IOException("no free port after " + sign.getLocalPort());
  }

  private static ServerSocket claim() throws IOException {
    for (int block = 0; block < BLOCKS; block++) {
      try {
        return bind(FIRST + block * BLOCK);
      } catch (BindException e) {
        // Another JVM's; the next.
      }
    }
    throw new IOException(BLOCKS + " other JVMs have taken all ports from " + FIRST);
  }

  private static ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
