package dev.millwright.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network cable to a server on this host, to be unplugged and plugged in again. Whoever connects
 * while it is unplugged is hung up on at once; the port stays the same.
 */
public final class Cable implements AutoCloseable {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final ServerSocket socket;
  private final int target;
  private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
  private volatile boolean plugged;

  /** Plugged in or not at first. */
  public Cable(int target, boolean plugged) throws IOException {
    this.socket = new ServerSocket(0, 50, HERE);
    this.target = target;
    this.plugged = plugged;
    run(this::accept);
  }

  /** Where to connect to reach the server through it. */
  public int port() {
    return socket.getLocalPort();
  }

  public void plug() {
    plugged = true;
  }

  public void unplug() throws IOException {
    plugged = false;
    for (Socket end : ends) {
      end.close();
    }
    ends.clear();
  }

  private void accept() throws IOException {
    while (!socket.isClosed()) {
      Socket client = socket.accept();
      if (!plugged) {
        client.close();
        continue;
      }
      Socket server = new Socket();
      try {
        server.connect(new InetSocketAddress(HERE, target), 2_000);
      } catch (IOException e) {
        client.close();
        continue;
      }
      ends.add(client);
      ends.add(server);
      run(() -> pump(client, server));
      run(() -> pump(server, client));
      if (!plugged) {
        unplug();
      }
    }
  }

  private static void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        out.write(bytes, 0, read);
      }
    }
  }

  private interface Work {
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
