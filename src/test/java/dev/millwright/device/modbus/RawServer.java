package dev.millwright.device.modbus;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A Modbus TCP server that says what a test tells it to, be it right or wrong. */
final class RawServer implements AutoCloseable {

  /** A request, as it came. */
  record Asked(int transaction, int unit, int function, int address, int count) {}

  /** What is done about a request; may wait. */
  interface Script {
    void answer(Asked asked, OutputStream to) throws Exception;
  }

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private volatile Script script;

  RawServer(Script script) throws IOException {
    this.script = script;
    var unused = threads.submit(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void answer(Script next) {
    script = next;
  }

  /** How many connections are open. */
  long clients() {
    return clients.stream().filter(client -> !client.isClosed()).count();
  }

  void hangUp() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  /** A frame with these bytes behind the unit. */
  static byte[] frame(int transaction, int unit, int... pdu) {
    byte[] frame = new byte[7 + pdu.length];
    frame[0] = (byte) (transaction >> 8);
    frame[1] = (byte) transaction;
    frame[5] = (byte) (1 + pdu.length);
    frame[6] = (byte) unit;
    for (int i = 0; i < pdu.length; i++) {
      frame[7 + i] = (byte) pdu[i];
    }
    return frame;
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      client.setTcpNoDelay(true);
      clients.add(client);
      var unused = threads.submit(() -> serve(client));
    }
  }

  private Void serve(Socket client) throws Exception {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      while (true) {
        int transaction = in.readUnsignedShort();
        in.readInt();
        Asked asked =
            new Asked(
                transaction,
                in.readUnsignedByte(),
                in.readUnsignedByte(),
                in.readUnsignedShort(),
                in.readUnsignedShort());
        script.answer(asked, client.getOutputStream());
      }
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    hangUp();
    threads.shutdownNow();
  }
}
