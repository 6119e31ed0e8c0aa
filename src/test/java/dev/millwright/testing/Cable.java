package dev.millwright.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A network cable to a server on this host, to be unplugged, plugged in again and spoilt in other
 * ways. The port stays the same. {@link #plug} ends what is wrong with it, but what has become of a
 * connection meanwhile is not undone.
 */
public class Cable implements AutoCloseable {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int CONNECT_LIMIT_MS = 2_000;
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long PIECE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private enum State {
    PLUGGED,
    /** Whoever connects is hung up on at once. */
    UNPLUGGED,
    /** Everything waits. */
    FROZEN,
    /** Takes everything and delivers nothing. */
    SWALLOWING
  }

  private final ServerSocket socket;
  private final int target;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private volatile State state;
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean inPieces;

  /** The two ends of a connection. */
  static final class Pair {
    final Socket client;
    final Socket server;

    /** What the server says does not reach the client any more. */
    volatile boolean deaf;

    /** Bytes are missing, so that no further ones may follow. */
    private volatile boolean broken;

    private Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Ends it the hard way (RST), so that nothing that is under way arrives. */
    void reset() throws IOException {
      for (Socket end : new Socket[] {client, server}) {
        try {
          end.setSoLinger(true, 0);
        } catch (SocketException e) {
          // It has just been closed.
        }
        end.close();
      }
    }
  }

  /** Plugged in or not at first. */
  public Cable(int target, boolean plugged) throws IOException {
    this.socket = new ServerSocket(0, 50, HERE);
    this.target = target;
    this.state = plugged ? State.PLUGGED : State.UNPLUGGED;
    run(this::accept);
  }

  /** Where to connect to reach the server through it. */
  public int port() {
    return socket.getLocalPort();
  }

  public void plug() {
    delay = Duration.ZERO;
    inPieces = false;
    state = State.PLUGGED;
  }

  /** Ends all connections, and lets nobody in. */
  public void unplug() throws IOException {
    state = State.UNPLUGGED;
    for (Pair pair : pairs) {
      pair.reset();
    }
    pairs.clear();
  }

  /** From now on everything waits; what waited goes on when it is plugged in again. */
  public void freeze() {
    state = State.FROZEN;
  }

  /** From now on it takes what it is given and delivers nothing. */
  public void swallow() {
    state = State.SWALLOWING;
  }

  /** From now on whatever comes is passed on so much later. */
  public void slow(Duration by) {
    delay = by;
  }

  /** From now on bytes are passed on one by one. */
  public void cut() {
    inPieces = true;
  }

  /** Tells the client of each connection that the server has hung up, but goes on listening. */
  public void hangUpOnClients() {
    for (Pair pair : pairs) {
      pair.deaf = true;
      hangUp(pair.client);
    }
  }

  /** Tells the server of each connection that the client has hung up, but goes on listening. */
  public void hangUpOnServer() {
    for (Pair pair : pairs) {
      hangUp(pair.server);
    }
  }

  private static void hangUp(Socket end) {
    try {
      end.shutdownOutput();
    } catch (IOException e) {
      // The other side has just hung up, so that it was done or the connection is closed.
    }
  }

  private void accept() throws IOException {
    while (!socket.isClosed()) {
      Socket client = socket.accept();
      if (state == State.UNPLUGGED) {
        client.close();
        continue;
      }
      Socket server = new Socket();
      try {
        server.connect(new InetSocketAddress(HERE, target), CONNECT_LIMIT_MS);
      } catch (IOException e) {
        client.close();
        continue;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Pair pair = new Pair(client, server);
      pairs.add(pair);
      run(() -> carry(pair, () -> up(pair)));
      run(() -> carry(pair, () -> down(pair)));
      if (state == State.UNPLUGGED) {
        unplug();
      }
    }
  }

  private void carry(Pair pair, Work work) throws IOException {
    try (pair.client;
        pair.server) {
      work.run();
    } finally {
      pairs.remove(pair);
    }
  }

  /** From the client to the server, until one hangs up. */
  void up(Pair pair) throws IOException {
    InputStream in = pair.client.getInputStream();
    byte[] bytes = new byte[8192];
    for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
      pass(pair, pair.server.getOutputStream(), bytes, read);
    }
  }

  private void down(Pair pair) throws IOException {
    InputStream in = pair.server.getInputStream();
    OutputStream out = pair.client.getOutputStream();
    byte[] bytes = new byte[8192];
    for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
      if (pair.deaf) {
        answered(pair);
      } else {
        pass(pair, out, bytes, read);
      }
    }
  }

  /** The server has said what the client will not hear. */
  void answered(Pair pair) throws IOException {
    // Nothing follows from that.
  }

  /** Passes bytes on, in the way that the cable is in. */
  final void pass(Pair pair, OutputStream out, byte[] bytes, int count) throws IOException {
    LockSupport.parkNanos(delay.toNanos());
    while (state == State.FROZEN) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    pair.broken |= state == State.SWALLOWING;
    for (int at = 0; at < count && !pair.broken; ) {
      int size = inPieces ? 1 : count - at;
      out.write(bytes, at, size);
      at += size;
      if (inPieces) {
        LockSupport.parkNanos(PIECE_NANOS);
      }
    }
  }

  /** A piece of work that ends when a connection does. */
  interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // An end was closed, or the cable is no longer needed.
              }
            },
            "cable");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    unplug();
  }
}
