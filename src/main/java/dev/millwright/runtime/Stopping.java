package dev.millwright.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * The steps of a stop, each within its limit; what exceeds it is left behind, and named (I8). They
 * are the same for one link and for all of a daemon's.
 */
final class Stopping {

  static final Duration LIMIT = Duration.ofSeconds(4);

  /** A link that has not stopped by itself after so long is closed from outside. */
  private static final Duration GENTLE_LIMIT = Duration.ofSeconds(2);

  private static final Duration AT_REST_TICK = Duration.ofMillis(20);

  /** How many machines are left at the same time. */
  private static final int LEAVING_AT_ONCE = 8;

  private final Threads threads;

  Stopping(Threads threads) {
    this.threads = threads;
  }

  /**
   * Waits for the safe states of runs that were ended (I7). What is not at rest in time is found
   * when it is started again, as after a crash.
   */
  static void awaitSafeStates(Collection<Drive> drives) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!drives.stream().allMatch(Drive::isAtRest) && System.nanoTime() - deadline < 0) {
        Thread.sleep(AT_REST_TICK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drives.forEach(Drive::abandon);
  }

  /** So that nothing new is decided. */
  void links(Collection<RunningLink> links) {
    links.forEach(RunningLink::stopLink);
    long start = System.nanoTime();
    for (RunningLink link : links) {
      if (!Threads.join(link.thread(), start + GENTLE_LIMIT.toNanos())) {
        // One thread each, as one that hangs must not keep the next one open.
        threads.of(link::close, "close " + link.name()).start();
      }
    }
    for (RunningLink link : links) {
      tellUnlessEnded(link.thread(), start + LIMIT.toNanos());
    }
    links.forEach(RunningLink::stopDeciding);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (RunningLink link : links) {
      if (link.deciding() != null) {
        tellUnlessEnded(link.deciding(), deadline);
      }
    }
  }

  private static void tellUnlessEnded(Thread thread, long deadline) {
    if (!Threads.join(thread, deadline)) {
      Logger.warn(LogLine.of("daemon", thread.getName() + " does not stop; leaving it behind"));
    }
  }

  /** Several at a time, so that they share the disk's commits; one that fails spoils no other. */
  void machines(Collection<MachineMonitor> monitors, Consumer<MachineMonitor> leave) {
    ExecutorService leaving =
        Executors.newFixedThreadPool(LEAVING_AT_ONCE, work -> threads.of(work, "leave"));
    monitors.forEach(
        monitor ->
            leaving.execute(
                () -> {
                  try {
                    leave.accept(monitor);
                  } catch (RuntimeException e) {
                    monitor.fail(e);
                  }
                }));
    leaving.shutdown();
    try {
      if (!leaving.awaitTermination(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        Logger.warn(LogLine.of("daemon", "the disk is slow: not all machines are left offline"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
