package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;

/** Waits until something holds, for a minute at most. */
final class Await {

  /** What is waited for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  /** Fails in its words when it does not come to hold. */
  static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "not in time: " + what);
      Thread.sleep(20);
    }
  }
}
