package dev.millwright.device.serial;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A port on its way to being closed, on a thread of its own: a driver may hang in it for ever
 * (jSerialComm #266, #299, #471).
 */
final class Closing {

  private final NativePort port;
  private final Thread thread;
  private final long since = System.nanoTime();

  private Closing(NativePort port) {
    this.port = port;
    this.thread = new Thread(this::run, "close " + port.device());
    thread.setDaemon(true);
  }

  static Closing start(NativePort port) {
    Closing closing = new Closing(port);
    port.refuseCalls();
    closing.thread.start();
    return closing;
  }

  private void run() {
    try {
      port.close();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody knows this thread to interrupt it", e);
    }
  }

  /** Waits for the end, and no longer than this; an interrupt is kept for the caller. */
  void await(Duration atMost) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      try {
        thread.join(1 + TimeUnit.NANOSECONDS.toMillis(left));
        break;
      } catch (InterruptedException e) {
        interrupted = true; // closing comes first; the caller still learns of it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isOver() {
    return !thread.isAlive();
  }

  Path device() {
    return port.device();
  }

  /** How long it has taken so far. */
  long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }
}
