package dev.millwright.control;

import dev.millwright.runtime.LogLine;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * Makes reports on a thread of its own: counting what is in the journal may wait for the disk,
 * which a stop of a machine must not.
 */
final class Reports implements AutoCloseable {

  private final Reporter reporter;
  private final ThreadPoolExecutor thread;

  /**
   * @param most how many may wait at once
   */
  Reports(Reporter reporter, int most) {
    this.reporter = reporter;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(most),
            work -> {
              Thread one = new Thread(work, "report");
              one.setDaemon(true);
              return one;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Has one made, and told. */
  void make(UUID id, String machine, Consumer<ControlNews> told) {
    try {
      thread.execute(() -> told.accept(news(id, machine)));
    } catch (RejectedExecutionException e) {
      told.accept(ControlNews.failed(id, "many others are looking at this moment; try again"));
    }
  }

  private ControlNews news(UUID id, String machine) {
    try {
      return ControlNews.report(id, reporter.report(machine));
    } catch (RuntimeException e) {
      Logger.error(e, LogLine.of("control", "a fault of the daemon"));
      return ControlNews.failed(id, "a fault of the daemon: " + e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
