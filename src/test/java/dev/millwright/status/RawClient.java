package dev.millwright.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Says to a server exactly what it is given, also what no browser would say. */
final class RawClient implements AutoCloseable {

  private final Socket socket;

  RawClient(String address) throws IOException {
    URI uri = URI.create(address);
    socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(20_000);
  }

  /** One request and the whole of its answer. */
  static String ask(String address, String request, String... headers) throws IOException {
    try (RawClient client = new RawClient(address)) {
      client.say(request + " HTTP/1.1\r\n" + String.join("\r\n", headers));
      client.say((headers.length == 0 ? "" : "\r\n") + "Connection: close\r\n\r\n");
      return client.rest();
    }
  }

  /** A server that hangs up meanwhile has said so by that; its answer is read all the same. */
  void say(String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (java.net.SocketException e) {
      return;
    }
  }

  /** What comes until the server hangs up. */
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      in.transferTo(all);
    } catch (java.net.SocketException e) {
      // Hung up on hard, which is an end as well.
      return all.toString(StandardCharsets.ISO_8859_1);
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
