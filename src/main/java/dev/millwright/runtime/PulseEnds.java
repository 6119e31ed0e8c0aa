package dev.millwright.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The next end of a pulse among a link's machines, which nothing may delay. */
final class PulseEnds {

  /** A thread that sleeps wakes up to so much later than it should, on a host that is not busy. */
  private static final Duration WAKING = Duration.ofMillis(2);

  /** The last of the time is not slept but spun: a wake-up takes longer than that. */
  private static final long SPIN_NANOS = 100_000;

  private final List<Watched> machines;
  private final Duration room;

  /**
   * @param machines that may have pulses
   * @param longest how long anything else may keep the thread
   */
  PulseEnds(List<Watched> machines, Duration longest) {
    this.machines = machines;
    this.room = longest.plus(WAKING);
  }

  /** How much earlier everything else has to be done. */
  Duration room() {
    return room;
  }

  /** The first one, on the monotonic clock; null when no pulse is on. */
  Long next() {
    Long first = null;
    for (Watched machine : machines) {
      Long end = machine.pulseEnd();
      first = first == null || (end != null && end - first < 0) ? end : first;
    }
    return first;
  }

  /** Whether something that is begun now might delay it. */
  boolean isNear() {
    Long end = next();
    return end != null && end - System.nanoTime() < room.toNanos();
  }

  /** Looks at nothing else: it is done that often, and for less time than a stop may take. */
  private static void spin(long until) {
    while (System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
  }

  /** Waits for it, precisely. */
  void await() throws InterruptedException {
    Long end = next();
    while (end != null && System.nanoTime() - end < 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = end - System.nanoTime();
      if (left > SPIN_NANOS) {
        // In pieces: a stop takes the end's place.
        LockSupport.parkNanos(Math.min(left - SPIN_NANOS, 20_000_000));
      } else {
        spin(end);
      }
      end = next();
    }
  }
}
