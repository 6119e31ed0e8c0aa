package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Says whether all is well, for programs that only look at the code: 200 when it is, else 503. The
 * reasons are in the text, or as JSON where that is asked for.
 */
public final class HealthPage implements HttpHandler {

  private final Supplier<Health> health;

  /**
   * @param health is asked for each request, by several threads
   */
  public HealthPage(Supplier<Health> health) {
    this.health = health;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Health now = health.get();
    int code = now.isWell() ? 200 : 503;
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    if (accept != null && accept.contains("application/json")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      Answer.bytes(exchange, code, now.json().getBytes(StandardCharsets.UTF_8));
    } else {
      Answer.text(exchange, code, now.text());
    }
  }
}
