package dev.millwright.cli;

import dev.millwright.runtime.LogLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at one thing after another, each within a time limit and whatever became of the others. One
 * that does not end is left behind: its thread does not keep the process alive.
 */
final class Checkup {

  /** A look at something. */
  @FunctionalInterface
  interface Check {
    List<Diagnosis> look() throws Exception;
  }

  private final Duration limit;
  private final Map<String, Check> checks = new LinkedHashMap<>();

  /**
   * @param limit of each
   */
  Checkup(Duration limit) {
    this.limit = limit;
  }

  /**
   * One more.
   *
   * @param subject for whatever goes wrong with it
   */
  Checkup add(String subject, Check check) {
    checks.put(subject, check);
    return this;
  }

  /** All that was found, in order. */
  List<Diagnosis> run() throws InterruptedException {
    List<Diagnosis> found = new ArrayList<>();
    for (Map.Entry<String, Check> check : checks.entrySet()) {
      Callable<List<Diagnosis>> look = check.getValue()::look;
      FutureTask<List<Diagnosis>> task = new FutureTask<>(look);
      Thread thread = new Thread(task, "check " + check.getKey());
      thread.setDaemon(true);
      thread.start();
      try {
        found.addAll(task.get(limit.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        thread.interrupt();
        found.add(
            Diagnosis.warning(
                check.getKey(),
                "looking at it did not end within " + limit.toMillis() + " ms",
                "try again; if it stays so, look at it by hand"));
      } catch (ExecutionException e) {
        found.add(
            Diagnosis.warning(
                check.getKey(),
                "it could not be looked at: " + LogLine.cause(e.getCause()),
                "look at it by hand"));
      }
    }
    return found;
  }
}
