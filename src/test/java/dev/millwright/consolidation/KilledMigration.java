package dev.millwright.consolidation;

import dev.millwright.testing.Child;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code millwright migrate} in a real process that is killed (SIGKILL) at a random moment, and
 * then run once more to its end. Compare the {@link CatalogueDump} afterwards with that of a
 * database where nobody was killed.
 */
final class KilledMigration {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final TestDatabase database;
  private final Random random;
  private int runs;
  private int killed;

  /**
   * @param folder for what the processes print, a file each
   * @param random draws the moments; name its seed when the test fails
   */
  KilledMigration(Path folder, TestDatabase database, Random random) {
    this.folder = folder;
    this.database = database;
    this.random = random;
  }

  /** How many processes were killed before they had ended by themselves. */
  int killed() {
    return killed;
  }

  /**
   * Lets it run without being killed.
   *
   * @param arguments such as {@code migrate apply --plan schema}; the database is added
   * @return how long it took once it had begun
   * @throws IllegalStateException with what it printed when its exit code is not 0
   */
  Duration run(String arguments) throws IOException, InterruptedException {
    try (Child child = start(arguments)) {
      long begin = System.nanoTime();
      child.say("go");
      while (child.isAlive()) {
        if (System.nanoTime() - begin > PATIENCE.toNanos()) {
          throw new IllegalStateException(arguments + " does not end:\n" + child.tail());
        }
        LockSupport.parkNanos(1_000_000);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      // It has ended: this only tells the exit code.
      if (child.stop(PATIENCE) != 0) {
        throw new IllegalStateException(arguments + " has failed:\n" + child.tail());
      }
      return took;
    }
  }

  /**
   * Kills it at a random moment.
   *
   * @param within the last moment to kill it, from when it begins: somewhat more than {@link #run}
   *     took
   * @return whether it was still at work
   */
  boolean kill(String arguments, Duration within) throws IOException, InterruptedException {
    try (Child child = start(arguments)) {
      long wait = (long) (random.nextDouble() * within.toNanos());
      child.say("go");
      LockSupport.parkNanos(wait);
      boolean alive = child.isAlive();
      child.kill();
      killed += alive ? 1 : 0;
      return alive;
    }
  }

  /** Kills it at a random moment, and runs it again to its end. */
  void killAndRunAgain(String arguments, Duration within) throws IOException, InterruptedException {
    kill(arguments, within);
    run(arguments);
  }

  private Child start(String arguments) throws IOException, InterruptedException {
    String url = database.urlWithPassword();
    List<String> all = new ArrayList<>(List.of(url));
    all.addAll(List.of(arguments.split(" ")));
    all.addAll(List.of("--database", url));
    Path log = folder.resolve("run-" + ++runs + ".log");
    Child child = Child.startOfTests(log, MigrationProcess.class, all);
    child.awaitLine(MigrationProcess.READY, PATIENCE);
    return child;
  }
}
