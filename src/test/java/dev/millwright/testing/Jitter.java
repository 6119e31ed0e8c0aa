package dev.millwright.testing;

import java.time.Duration;

/** Watches by how much this host lets its threads wait: what is as late is not the product's. */
public final class Jitter implements AutoCloseable {

  private static final long LOOK_EVERY_NANOS = 10_000_000;

  private final Thread thread = new Thread(this::watch, "jitter");
  private volatile boolean closed;
  private volatile long worstNanos;

  public Jitter() {
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    long before = System.nanoTime();
    while (!closed) {
      try {
        Thread.sleep(LOOK_EVERY_NANOS / 1_000_000);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      worstNanos = Math.max(worstNanos, now - before - LOOK_EVERY_NANOS);
      before = now;
    }
  }

  /** The longest that a thread of this JVM was kept waiting so far. */
  public Duration worst() {
    return Duration.ofNanos(worstNanos);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
