package dev.millwright.chaos;

import dev.millwright.audit.Disturbance;
import dev.millwright.audit.Disturbance.Kind;
import java.time.Duration;
import java.time.Instant;

/**
 * Notices when this host stands still for a moment: then a poller may miss a state through no fault
 * of its own. What it notices is in the ledger, and its sum is told at the end.
 */
final class Hiccups implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** Less than the plant's shortest state less a poll. */
  private static final Duration LIMIT = Duration.ofMillis(150);

  private final Ledger ledger;
  private final Thread thread = new Thread(this::watch, "hiccups");
  private volatile boolean closed;
  private Duration sum = Duration.ZERO;

  Hiccups(Ledger ledger) {
    this.ledger = ledger;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    Instant before = Instant.now();
    while (!closed) {
      try {
        Thread.sleep(LOOK_EVERY.toMillis());
      } catch (InterruptedException e) {
        return;
      }
      Instant now = Instant.now();
      Duration gap = Duration.between(before, now);
      if (gap.compareTo(LIMIT) > 0) {
        ledger.add(Disturbance.of(Kind.HURT, "the host stood still", before, now), World.MACHINES);
        add(gap);
      }
      before = now;
    }
  }

  private synchronized void add(Duration gap) {
    sum = sum.plus(gap);
  }

  synchronized Duration sum() {
    return sum;
  }

  @Override
  public void close() {
    closed = true;
  }
}
