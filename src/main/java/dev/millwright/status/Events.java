package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Tells browsers what happens, by server-sent events (WHATWG HTML, section 9.2). */
final class Events implements HttpHandler {

  /** Browsers that look at the same time. */
  static final int MOST = 32;

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore room = new Semaphore(MOST);
  private final Patience patience;
  private final Consumer<Listener> welcome;
  private volatile boolean closed;

  /**
   * @param welcome offers each new listener everything and adds it, between two changes
   */
  Events(Patience patience, Consumer<Listener> welcome) {
    this.patience = patience;
    this.welcome = welcome;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    if (Answer.isHead(exchange)) {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    if (closed || !room.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "5");
      Answer.text(exchange, 503, MOST + " others look at this page already; try again later.");
      return;
    }
    Listener listener = new Listener(exchange);
    boolean begun = false;
    try {
      exchange.sendResponseHeaders(200, 0);
      if (listener.offer("retry: 1000\n\n")) {
        welcome.accept(listener);
      }
      Thread thread = new Thread(() -> serve(listener), "status events");
      thread.setDaemon(true);
      thread.start();
      begun = true;
    } finally {
      if (!begun) {
        end(listener);
      }
    }
  }

  private void serve(Listener listener) {
    try {
      listener.serve(patience);
    } finally {
      end(listener);
    }
  }

  private void end(Listener listener) {
    listeners.remove(listener);
    room.release();
  }

  /** From now on it is told what happens. */
  void add(Listener listener) {
    listeners.add(listener);
  }

  /** Whether nobody listens. */
  boolean isEmpty() {
    return listeners.isEmpty();
  }

  /** Tells everybody. */
  void tell(String message) {
    listeners.forEach(listener -> listener.offer(message));
  }

  /** Lets nobody wait any more. */
  void close() {
    closed = true;
    listeners.forEach(Listener::drop);
  }
}
