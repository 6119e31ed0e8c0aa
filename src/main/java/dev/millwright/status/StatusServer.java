package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.tinylog.Logger;

/**
 * The HTTP server: pages at their paths, within limits that no client can stretch. A port that is
 * taken is tried again; the daemon goes on without the page meanwhile.
 */
public final class StatusServer implements AutoCloseable {

  /** Clients that are connected at the same time; more are hung up on. */
  static final int MOST_CONNECTIONS = 200;

  /** How long an answer may take to be taken. */
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

  /** How long a request may take to come; longer, as one that waits for a thread counts as well. */
  static final Duration REQUEST_WITHIN = Duration.ofSeconds(10);

  /** How long a connection may say nothing. */
  static final Duration IDLE = Duration.ofSeconds(10);

  static final Duration TRY_AGAIN = Duration.ofSeconds(10);

  static final int THREADS = 16;
  private static final int MOST_HEADERS = 60;
  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** It waits for nothing but the log. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  /** A trouble that stays is told once an hour. */
  private static final int REMIND = (int) (3_600 / TRY_AGAIN.toSeconds());

  static {
    // The JDK's server reads its limits from properties, once, and has no other way (module
    // jdk.httpserver). What an administrator has set is left.
    limit("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
    limit("sun.net.httpserver.maxIdleConnections", MOST_CONNECTIONS);
    limit("sun.net.httpserver.idleInterval", IDLE.toSeconds());
    limit("sun.net.httpserver.maxReqTime", REQUEST_WITHIN.toSeconds());
    limit("sun.net.httpserver.maxReqHeaders", MOST_HEADERS);
    limit("sun.net.httpserver.maxReqHeaderSize", MOST_HEADER_BYTES);
    limit("sun.net.httpserver.drainAmount", MOST_HEADER_BYTES);
    setUnlessSet("sun.net.httpserver.nodelay", "true");
  }

  private final StatusSettings settings;
  private final HttpHandler gate;
  private final Patience patience;
  private final Heartbeat heartbeat;
  private final ScheduledExecutorService clock;
  private final ThreadPoolExecutor threads;
  private HttpServer server;
  private boolean closed;

  /**
   * Listens to nothing yet.
   *
   * @param settings of a page that is on
   * @param pages by their paths, such as {@code /metrics}; each is asked by several threads, for
   *     GET and HEAD alone
   */
  public StatusServer(StatusSettings settings, Map<String, HttpHandler> pages, TimeSource time) {
    this.settings = settings;
    this.patience = new Patience(time);
    this.heartbeat = Heartbeat.ofOnlooker(LONGEST_LOOK, time);
    this.gate = new Gate(settings, pages);
    this.clock = Executors.newSingleThreadScheduledExecutor(named("status"));
    // There are never more requests than connections, so that none is rejected.
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(2 * MOST_CONNECTIONS),
            named("status request"));
    threads.allowCoreThreadTimeOut(true);
  }

  private static void limit(String property, long value) {
    setUnlessSet(property, Long.toString(value));
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + " " + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Begins to listen, at once or, where the port is taken, when it is free. */
  public void start() {
    var unused =
        clock.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    listen(0);
  }

  private void look() {
    heartbeat.beat();
    patience.look();
  }

  /** One for its clock, and one for each request that is being answered. Waits for nobody. */
  public List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>(patience.heartbeats());
    all.add(heartbeat);
    return all;
  }

  private synchronized void listen(int tries) {
    if (closed) {
      return;
    }
    try {
      server = HttpServer.create(settings.address(), 0);
      server.setExecutor(threads);
      server.createContext("/", this::serve);
      server.start();
      Logger.info(LogLine.of("status", "the status page is at " + address()));
    } catch (IOException e) {
      if (tries % REMIND == 0) {
        Logger.warn(
            LogLine.of(
                "status",
                "THERE IS NO STATUS PAGE, as "
                    + settings.listen()
                    + " is not to be had: "
                    + LogLine.cause(e)
                    + "; trying again every "
                    + TRY_AGAIN.toSeconds()
                    + " s; [status] listen names another one"));
      }
      var unused =
          clock.schedule(() -> listen(tries + 1), TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try {
      patience.run(ANSWER_WITHIN, () -> gate.handle(exchange));
    } catch (IOException e) {
      // The client has gone, or was too slow.
      exchange.close();
    } catch (RuntimeException e) {
      Logger.error(e, LogLine.of("status", "a fault of the daemon"));
      exchange.close();
    }
  }

  /** Where the page is, such as {@code http://127.0.0.1:9470/}; null while it is nowhere. */
  public synchronized String address() {
    if (server == null) {
      return null;
    }
    InetSocketAddress bound = server.getAddress();
    String host = bound.getAddress().getHostAddress();
    return "http://"
        + (host.indexOf(':') < 0 ? host : "[" + host + "]")
        + ":"
        + bound.getPort()
        + "/";
  }

  /** Hangs up on everybody, at once. */
  @Override
  public synchronized void close() {
    closed = true;
    clock.shutdownNow();
    if (server != null) {
      server.stop(0);
      server = null;
    }
    threads.shutdownNow();
  }
}
