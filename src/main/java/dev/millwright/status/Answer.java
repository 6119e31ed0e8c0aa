package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Sends whole answers, without their body where only the head was asked for. */
final class Answer {

  private static final int SLICE_BYTES = 64 * 1024;

  private Answer() {}

  /** A text for people. */
  static void text(HttpExchange exchange, int code, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    bytes(exchange, code, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Anything; its type is in the headers already. */
  static void bytes(HttpExchange exchange, int code, byte[] body) throws IOException {
    if (isHead(exchange)) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(code, -1);
    } else {
      exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
      write(exchange.getResponseBody(), body);
    }
    exchange.close();
  }

  /** In slices, as the JDK's server has two buffers of the size of what is written at once. */
  private static void write(OutputStream out, byte[] body) throws IOException {
    for (int at = 0; at < body.length; at += SLICE_BYTES) {
      out.write(body, at, Math.min(SLICE_BYTES, body.length - at));
    }
  }

  static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }
}
