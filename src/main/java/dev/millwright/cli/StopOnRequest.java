package dev.millwright.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What SIGTERM, SIGINT and SIGHUP do: the program stops in order, and as it was asked to, that is a
 * success (FIELD 25: systemd shall not see 143). What does not stop in time is left behind (I8).
 *
 * <p>The signals themselves are caught, not the JVM's shutdown: with that the libraries' own hooks
 * begin at once, and jSerialComm's closes the serial ports under the links that are in use.
 *
 * <p>jSerialComm ignores SIGHUP for the whole process as soon as it is loaded, and the JVM leaves
 * ignored what is ignored. So a daemon with serial lines goes on when its terminal is closed.
 */
final class StopOnRequest implements AutoCloseable {

  private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");

  /** Stops what runs; blocks until it has stopped. */
  @FunctionalInterface
  interface Stop {
    void run() throws InterruptedException;
  }

  private final Duration limit;
  private final Stop stop;
  private final AtomicInteger exitCode = new AtomicInteger(Exit.OK);
  private final AtomicBoolean over = new AtomicBoolean();

  private StopOnRequest(Duration limit, Stop stop) {
    this.limit = limit;
    this.stop = stop;
  }

  /**
   * From now on until {@link #close} a request ends the program with exit code 0, or with what
   * {@link #exitCode} was told meanwhile.
   *
   * @param limit for {@code stop}; after it the program ends all the same
   */
  static StopOnRequest install(Duration limit, Stop stop) {
    StopOnRequest installed = new StopOnRequest(limit, stop);
    SIGNALS.forEach(installed::handle);
    return installed;
  }

  /** What to exit with once it has stopped. */
  void exitCode(int code) {
    exitCode.set(code);
  }

  /**
   * The program ends by itself, and a request that comes from now on changes nothing. When it is
   * being stopped on request already, this waits for that: the request has the last word.
   */
  @Override
  public void close() {
    if (over.getAndSet(true)) {
      // The program ends within the limit, and with it this wait.
      CountDownLatch never = new CountDownLatch(1);
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * By reflection, as the compiler warns of every mention of sun.misc, which is the only way to a
   * signal. A signal that is ignored already (nohup) stays ignored.
   */
  private void handle(String signal) {
    try {
      Class<?> signalClass = Class.forName("sun.misc.Signal");
      Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              StopOnRequest.class.getClassLoader(),
              new Class<?>[] {handlerClass},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  requested();
                }
                return null;
              });
      Method handle = signalClass.getMethod("handle", signalClass, handlerClass);
      handle.invoke(null, signalClass.getConstructor(String.class).newInstance(signal), handler);
    } catch (ReflectiveOperationException e) {
      // A JVM without it, or with -Xrs: the next best.
      Runtime.getRuntime().addShutdownHook(new Thread(this::requested, "stop"));
    }
  }

  private void requested() {
    if (over.getAndSet(true)) {
      // The second request, or it is ending by itself.
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    Thread stopper = new Thread(() -> stop(done), "stop");
    stopper.setDaemon(true);
    stopper.start();
    try {
      if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println(
            "millwright: not everything stopped within "
                + limit.toMillis()
                + " ms; ending all the same");
      }
    } catch (InterruptedException e) {
      // The same.
    }
    Runtime.getRuntime().halt(exitCode.get());
  }

  private void stop(CountDownLatch done) {
    try {
      stop.run();
    } catch (InterruptedException e) {
      // Nobody interrupts it; if somebody does, the program ends now.
    } finally {
      done.countDown();
    }
  }
}
