package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.machine.Lifecycle;
import dev.millwright.store.MachineStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.tinylog.Logger;

/** The threads of a running daemon, started and stopped in order. */
public final class Engine implements AutoCloseable {

  /** How many decided transitions may wait for the database. */
  private static final int OUTBOX_LIMIT = 100_000;

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final Duration STALENESS_TICK = Duration.ofMillis(50);

  /**
   * A link and the machines behind it.
   *
   * @param link not opened yet
   * @param machines at least one
   */
  public record Wiring(Link link, List<MachineSettings> machines) {}

  /**
   * What the runtime works with.
   *
   * @param store writes and reads the rows
   * @param check looks at the database before anything is written to it
   * @param lifecycle decides
   * @param time the clocks
   * @param random evenly from 0 to 1, for the jitter of waits; safe for use by several threads
   */
  public record Parts(
      MachineStore store,
      DatabaseCheck check,
      Lifecycle lifecycle,
      TimeSource time,
      DoubleSupplier random) {}

  private final List<MachineMonitor> monitors = new ArrayList<>();
  private final List<LinkRunner> runners = new ArrayList<>();
  private final List<Thread> linkThreads = new ArrayList<>();
  private final Delivery delivery;
  private final Thread deliveryThread;
  private final Thread stalenessThread;
  private volatile boolean stopping;

  /**
   * @param onForeignSchema called once, with the differences, when the database turns out to be
   *     another one than this version can write to; nothing was written then, nor will be
   */
  public Engine(List<Wiring> wirings, Parts parts, Consumer<List<String>> onForeignSchema) {
    Outbox outbox = new Outbox(OUTBOX_LIMIT);
    for (Wiring wiring : wirings) {
      List<MachineMonitor> behind = new ArrayList<>();
      for (MachineSettings machine : wiring.machines()) {
        behind.add(new MachineMonitor(machine, parts.lifecycle(), parts.time(), outbox));
      }
      monitors.addAll(behind);
      LinkRunner runner = new LinkRunner(wiring.link(), behind, backoff(parts));
      runners.add(runner);
      linkThreads.add(new Thread(runner, "link " + runner.name()));
    }
    delivery =
        new Delivery(
            new Delivery.Parts(
                parts.store(),
                parts.check(),
                outbox,
                List.copyOf(monitors),
                parts.time(),
                backoff(parts)),
            onForeignSchema);
    deliveryThread = new Thread(delivery, "delivery");
    stalenessThread = new Thread(this::watchStaleness, "staleness");
  }

  private static Backoff backoff(Parts parts) {
    return new Backoff(FIRST_RETRY, LONGEST_RETRY, parts.random());
  }

  /** Starts everything. The database may be away. */
  public void start() {
    deliveryThread.start();
    stalenessThread.start();
    linkThreads.forEach(Thread::start);
  }

  private void watchStaleness() {
    try {
      while (!stopping) {
        monitors.forEach(MachineMonitor::checkStaleness);
        Thread.sleep(STALENESS_TICK.toMillis());
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  /**
   * Stops in order: first the links, so that nothing new is decided; then the machines are left
   * offline, as nobody watches them from now on (I4); then what is decided is written. Each step
   * has its limit.
   */
  @Override
  public void close() {
    stopping = true;
    runners.forEach(LinkRunner::stop);
    linkThreads.forEach(Thread::interrupt);
    stalenessThread.interrupt();
    long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
    for (Thread thread : linkThreads) {
      if (!join(thread, deadline)) {
        Logger.warn(LogLine.of("daemon", thread.getName() + " does not stop; leaving it behind"));
      }
    }
    join(stalenessThread, deadline);
    monitors.forEach(MachineMonitor::leave);
    delivery.stop();
    deliveryThread.interrupt();
    if (join(deliveryThread, System.nanoTime() + STOP_LIMIT.toNanos())) {
      int left = delivery.drain();
      if (left > 0) {
        Logger.warn(LogLine.of("daemon", left + " decided transitions could not be written"));
      }
    }
  }

  /** Waits for a thread's end until a deadline on the monotonic clock. */
  private static boolean join(Thread thread, long deadline) {
    try {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
