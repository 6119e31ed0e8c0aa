package dev.millwright.bench;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Counted;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Ids;
import dev.millwright.runtime.LifecycleSettings;
import dev.millwright.runtime.MachineSettings;
import dev.millwright.runtime.Meter;
import dev.millwright.runtime.StateCodes;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Millwright as a user has it, from the observation to the confirmed row: its engine, journal, pool
 * and store; only the machines are {@link DrivenLink}s.
 */
final class Plant implements AutoCloseable {

  private static final Duration NEVER_STALE = Duration.ofHours(6);
  private static final long PATIENCE_MINUTES = 60;

  private final List<DrivenLink> links;
  private final Journal journal;
  private final Database pool;
  private final Engine engine;
  private final Semaphore delivered = new Semaphore(0);
  private final Semaphore decided = new Semaphore(0);

  /**
   * Starts it; returns at once.
   *
   * @param database with plan schema, and rows of the links' machines
   * @param file of the journal; one that is there is gone on with
   */
  Plant(TestDatabase database, Path file, List<DrivenLink> links) throws Exception {
    this.links = links;
    journal = journal(file);
    pool = new Database(database.settings());
    TimeSource time = TimeSource.system();
    engine =
        new Engine(
            links.stream().map(Plant::wiring).toList(),
            new Engine.Parts(
                new MachineStore(pool.dataSource()),
                journal,
                List::of,
                lifecycle(),
                time,
                () -> 0.5,
                Map.of(),
                Map::of,
                null,
                new Counting()),
            differences -> {},
            death -> {
              throw new IllegalStateException(death);
            });
    engine.start();
  }

  static Journal journal(Path file) throws Exception {
    return Journal.open(new JournalSettings(file, DataSize.ofMebibytes(4096)), Instant.now());
  }

  static Lifecycle lifecycle() {
    return new Lifecycle(
        new Ids(TimeSource.system().wall(), () -> ThreadLocalRandom.current().nextLong()));
  }

  private static Engine.Wiring wiring(DrivenLink link) {
    return new Engine.Wiring(link, link.machines().stream().map(Plant::settings).toList());
  }

  private static MachineSettings settings(String machine) {
    StateCodes codes =
        new StateCodes(
            "state", List.of("0"), List.of("1"), List.of("3"), List.of("4"), List.of("9"));
    return new MachineSettings(
        machine,
        false,
        NEVER_STALE,
        false,
        new LifecycleSettings(codes, "recipe", null, null, null, "counter", Counted.STARTED));
  }

  private final class Counting implements Meter {
    @Override
    public void decided(String machine, Transition transition) {
      decided.release();
    }

    @Override
    public void delivered(String machine, Duration latency) {
      delivered.release();
    }
  }

  /** Returns when each machine is seen, and known to be idle. */
  void awaitFound(int machines) throws InterruptedException {
    await(decided, machines, "be found");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    while (waiting() > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(waiting() + " machines are not found");
      }
      Thread.sleep(20);
    }
    delivered.drainPermits();
  }

  private long waiting() {
    try {
      return journal.count().waiting();
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All machines make so many changes each; returns when all rows are written and confirmed. */
  void persist(int each) throws InterruptedException {
    links.forEach(link -> link.step(each));
    awaitDelivered(each * links.stream().mapToInt(link -> link.machines().size()).sum());
  }

  /** Returns when so many more have been confirmed. */
  void awaitDelivered(int transitions) throws InterruptedException {
    await(delivered, transitions, "be confirmed");
  }

  private static void await(Semaphore what, int count, String how) throws InterruptedException {
    if (!what.tryAcquire(count, PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException(
          "of " + count + " transitions " + what.availablePermits() + " only came to " + how);
    }
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
    journal.close();
  }
}
