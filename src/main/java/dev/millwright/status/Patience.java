package dev.millwright.status;

import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds what is done for one client: a thread that takes longer is interrupted, which closes the
 * connection that it writes to (java.nio.channels.InterruptibleChannel).
 */
final class Patience {

  /** How long it may take until what was interrupted has ended. */
  private static final Duration TO_END = Duration.ofSeconds(10);

  private final TimeSource time;

  /** To be looked at without waiting for whoever is hanging. */
  private final Map<Thread, Running> running = new ConcurrentHashMap<>();

  private record Running(long deadline, Heartbeat heartbeat) {}

  /** Something for a client. */
  interface Work {
    void run() throws IOException;
  }

  Patience(TimeSource time) {
    this.time = time;
  }

  /** Does it, or ends with an exception soon after the limit. */
  void run(Duration limit, Work work) throws IOException {
    Thread me = Thread.currentThread();
    Heartbeat heartbeat = Heartbeat.ofOnlooker(limit.plus(TO_END), time);
    heartbeat.beat();
    synchronized (this) {
      running.put(me, new Running(time.nanos() + limit.toNanos(), heartbeat));
    }
    try {
      work.run();
    } finally {
      synchronized (this) {
        running.remove(me);
        // The thread serves others next.
        boolean unused = Thread.interrupted();
      }
    }
  }

  /** To be called once a second at least; who takes too long is interrupted so much later. */
  synchronized void look() {
    long now = time.nanos();
    running.forEach(
        (thread, work) -> {
          if (now - work.deadline() > 0) {
            thread.interrupt();
          }
        });
  }

  /** One for each thread that serves a client at the moment. Waits for nobody. */
  List<Heartbeat> heartbeats() {
    return running.values().stream().map(Running::heartbeat).toList();
  }
}
