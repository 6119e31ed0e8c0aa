package dev.millwright.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tinylog.Logger;

/** Makes threads that do not keep the process alive, and do not die silently. */
final class Threads {

  private final Consumer<Throwable> onDeath;

  /**
   * @param onDeath called when a thread has died of what nothing can be done about
   */
  Threads(Consumer<Throwable> onDeath) {
    this.onDeath = onDeath;
  }

  /** One that is not started yet. */
  Thread of(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, why) -> {
          onDeath.accept(why);
          Logger.error(
              LogLine.of("daemon", "thread " + dead.getName() + " died: " + LogLine.cause(why)));
        });
    return thread;
  }

  /**
   * Waits for a thread's end until a deadline on the monotonic clock.
   *
   * @return whether it has ended, or was never started
   */
  static boolean join(Thread thread, long deadline) {
    try {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
