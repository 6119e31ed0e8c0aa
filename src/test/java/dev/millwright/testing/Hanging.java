package dev.millwright.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hangs as native code does, which takes no notice of an interrupt. */
public final class Hanging {

  private Hanging() {}

  /** Returns when it is told to. */
  public static void until(CountDownLatch end) {
    boolean interrupted = false;
    while (true) {
      try {
        boolean unused = end.await(1, TimeUnit.MINUTES);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
