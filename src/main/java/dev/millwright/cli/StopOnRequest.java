package dev.millwright.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What SIGTERM and SIGINT do: the program stops in order, and as it was asked to, that is a success
 * (FIELD 25: systemd shall not see 143). What does not stop in time is left behind (I8).
 */
final class StopOnRequest implements AutoCloseable {

  /** Stops what runs; blocks until it has stopped. */
  @FunctionalInterface
  interface Stop {
    void run() throws InterruptedException;
  }

  private final Thread hook;
  private final AtomicInteger exitCode = new AtomicInteger(Exit.OK);

  private StopOnRequest(Duration limit, Stop stop) {
    hook = new Thread(() -> stopAndExit(limit, stop), "stop");
  }

  /**
   * From now on until {@link #close} a request ends the program with exit code 0, or with what
   * {@link #exitCode} was told meanwhile.
   *
   * @param limit for {@code stop}; after it the program ends all the same
   */
  static StopOnRequest install(Duration limit, Stop stop) {
    StopOnRequest installed = new StopOnRequest(limit, stop);
    Runtime.getRuntime().addShutdownHook(installed.hook);
    return installed;
  }

  /** What to exit with once it has stopped. */
  void exitCode(int code) {
    exitCode.set(code);
  }

  /** The program ends by itself. No effect while it is being stopped. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Stopping already, on request: the hook has the last word.
    }
  }

  private void stopAndExit(Duration limit, Stop stop) {
    CountDownLatch done = new CountDownLatch(1);
    Thread stopper =
        new Thread(
            () -> {
              try {
                stop.run();
              } catch (InterruptedException e) {
                // Nobody interrupts it; if somebody does, the program ends now.
              } finally {
                done.countDown();
              }
            },
            "stopper");
    stopper.setDaemon(true);
    stopper.start();
    try {
      if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(
            "millwright: not everything stopped within "
                + limit.toSeconds()
                + " s; ending all the same");
      }
    } catch (InterruptedException e) {
      // The same.
    }
    Runtime.getRuntime().halt(exitCode.get());
  }
}
