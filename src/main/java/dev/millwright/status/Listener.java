package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One browser that is told what happens, on a thread of its own. One that does not read is dropped;
 * it will ask again, and is told everything.
 */
final class Listener {

  /** Messages that may wait for one browser. */
  private static final int MOST_WAITING = 50;

  private static final Duration TAKE_WITHIN = Duration.ofSeconds(4);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final HttpExchange exchange;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile boolean dropped;

  Listener(HttpExchange exchange) {
    this.exchange = exchange;
  }

  /** False when too much waits already: it is dropped. */
  boolean offer(String message) {
    dropped |= !waiting.offer(message);
    return !dropped;
  }

  /** Ends {@link #serve} soon. */
  void drop() {
    dropped = true;
  }

  /** Writes what comes until the browser has gone. */
  void serve(Patience patience) {
    try {
      while (!dropped) {
        String message = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (message != null) {
          patience.run(TAKE_WITHIN, () -> write(message));
        }
      }
    } catch (IOException e) {
      // It has gone, or was too slow.
      dropped = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      dropped = true;
      // A browser that reads nothing must not keep this thread: there is no end to be written.
      closeAtOnce();
    }
  }

  private void closeAtOnce() {
    Thread.currentThread().interrupt();
    exchange.close();
    boolean unused = Thread.interrupted();
  }

  private void write(String message) throws IOException {
    exchange.getResponseBody().write(message.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }
}
