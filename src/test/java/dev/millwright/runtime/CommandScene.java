package dev.millwright.runtime;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Known;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Transition;
import dev.millwright.settings.DataSize;
import dev.millwright.store.CommandStore;
import dev.millwright.testing.RecordedMachines;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * A daemon's commands on a real database: a journal and the thread, which may die and come back.
 */
final class CommandScene implements AutoCloseable {

  static final CommandsSettings SETTINGS =
      new CommandsSettings(Duration.ofMinutes(5), Duration.ofMillis(100));

  private static final UUID ROW = new UUID(0, 7);
  private static final Memory MEMORY = Memory.ofRow(null, null, null, null);

  private final TestDatabase database;
  private final Path path;
  private final RecordedMachines machines;
  private final List<String> ours;
  final AtomicReference<Throwable> death = new AtomicReference<>();
  Journal journal;
  private Commands commands;

  /**
   * @param folder for the journal
   * @param ours serial numbers; more than those that can be commanded, perhaps
   */
  CommandScene(TestDatabase database, Path folder, RecordedMachines machines, String... ours)
      throws JournalException {
    this.database = database;
    this.path = folder.resolve("journal.db");
    this.machines = machines;
    this.ours = List.of(ours);
    openJournal(64);
  }

  void openJournal(long mebibytes) throws JournalException {
    journal =
        Journal.open(new JournalSettings(path, DataSize.ofMebibytes(mebibytes)), Instant.now());
  }

  /**
   * Decides transitions of a machine, which wait from then on.
   *
   * @return false when the journal is full
   */
  boolean decide(String machine, int count) throws JournalException {
    Known base = journal.known().get(machine);
    if (base == null) {
      base = new Known(machine, ROW, Scene.idle(0), null, MEMORY);
    }
    Known after = base;
    List<Transition> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long seq = after.state().seq();
      Transition next =
          new Transition(
              UUID.randomUUID(),
              "external",
              Scene.idle(seq),
              Scene.idle(seq + 1),
              new Detail("machine", null, null, null, 0, null, false));
      some.add(next);
      after = new Known(machine, ROW, next.to(), next.id(), MEMORY);
    }
    try {
      journal.append(base, after, some);
      return true;
    } catch (JournalException e) {
      return false;
    }
  }

  /** All that waits is delivered. */
  void deliver() throws JournalException {
    journal.confirm(journal.all(0, Integer.MAX_VALUE));
  }

  void start() throws JournalException {
    start(database.dataSource());
  }

  void start(DataSource dataSource) throws JournalException {
    start(dataSource, SETTINGS);
  }

  void start(DataSource dataSource, CommandsSettings settings) throws JournalException {
    death.set(null);
    commands =
        new Commands(
            settings,
            new Commands.Parts(
                new CommandStore(dataSource, Duration.ofMinutes(1)),
                List::of,
                journal,
                machines,
                ours,
                TimeSource.system(),
                () -> 0.01),
            death::set);
    commands.start();
  }

  /** Waits until the thread has died or everything is as it should be. */
  void awaitDeathOr(String what, Check check) throws Exception {
    Scene.await(what, () -> death.get() != null || holds(check));
  }

  void await(String what, Check check) throws Exception {
    Scene.await(what, () -> holds(check));
  }

  /** Something that the database is asked for. */
  interface Check {
    boolean holds() throws Exception;
  }

  private static boolean holds(Check check) {
    try {
      return check.holds();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until nothing is under way any more, on either side. */
  void awaitEnded() throws Exception {
    await("everything ended", this::isEnded);
  }

  boolean isEnded() throws Exception {
    return database
            .value("SELECT count(*) FROM recipe_commands WHERE status IN ('pending', 'processing')")
            .equals("0")
        && journal.commands().all().isEmpty();
  }

  void stop() {
    if (commands != null) {
      commands.leave();
      commands.close();
      commands = null;
    }
  }

  @Override
  public void close() {
    stop();
    journal.close();
  }
}
