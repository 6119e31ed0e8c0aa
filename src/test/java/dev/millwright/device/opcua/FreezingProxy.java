package dev.millwright.device.opcua;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cable: once frozen it takes what it is given, and delivers nothing, like a pulled plug. */
final class FreezingProxy implements AutoCloseable {

  private final ServerSocket socket;
  private final int target;
  private final List<Socket> ends = new CopyOnWriteArrayList<>();
  private volatile boolean frozen;

  FreezingProxy(String endpoint) throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    target = URI.create(endpoint).getPort();
    run(this::accept);
  }

  String endpoint() {
    return "opc.tcp://127.0.0.1:" + socket.getLocalPort();
  }

  void freeze() {
    frozen = true;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = socket.accept();
      Socket server = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
      ends.addAll(List.of(client, server));
      run(() -> pump(client, server));
      run(() -> pump(server, client));
    }
  }

  private void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (!frozen) {
          out.write(bytes, 0, read);
        }
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
                // One end was closed.
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket end : ends) {
      end.close();
    }
  }
}
