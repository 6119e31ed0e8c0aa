package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends whole answers, without their body where only the head was asked for. */
final class Answer {

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
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }
}
