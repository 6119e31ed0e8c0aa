package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed (SIGKILL) at a random moment of each phase, up and down, and run again: the same end as
 * without, row by row. {@code -Dkills=200} is the default, {@code -Dmillwright.seed=…} repeats one.
 */
@Tag("soak") // takes some ten minutes
class ConsolidationKilledTest {

  private static final int KILLS = Integer.getInteger("kills", 200);

  /** Fewer than it takes for a row whose time of writing nobody knows, and which is dated now. */
  private static final int MACHINES = 900;

  private static final String WORDS =
      " --map running=processing --map executing=processing --map online=idle --map queued=idle"
          + " --map failed=error --force --reason test";

  /**
   * One step.
   *
   * @param command what is run, and killed
   * @param took how long it takes
   * @param end what the database is afterwards
   */
  private record Step(String command, Duration took, List<String> end) {}

  @TempDir private Path folder;

  @Test
  void whereverItIsKilledItComesToTheSameEnd() throws Exception {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    System.out.println("seed " + seed);
    try (TestDatabase database = OldInstallation.large(MACHINES)) {
      CatalogueDump dump =
          CatalogueDump.of(database.dataSource())
              .masking(
                  "machines.last_transition_id",
                  "machine_transitions.transition_id",
                  "machine_transitions.recorded_at");
      KilledMigration migration = new KilledMigration(folder, database, new Random(seed));
      List<String> before = dump.lines();
      List<Step> steps = new ArrayList<>();
      for (String command : commands()) {
        steps.add(new Step(command, migration.run(command), dump.lines()));
      }
      assertEquals("", CatalogueDump.difference(before, steps.get(steps.size() - 1).end()));
      for (int i = 0; i < KILLS; i++) {
        Step step = steps.get(i % steps.size());
        migration.killAndRunAgain(step.command(), step.took());
        String difference = CatalogueDump.difference(step.end(), dump.lines());
        assertEquals("", difference, () -> "after " + step.command() + "; seed " + seed);
      }
      System.out.printf("%d of %d were killed at work%n", migration.killed(), KILLS);
      assertTrue(migration.killed() > KILLS / 2, "hardly anybody was killed; seed " + seed);
    }
  }

  /** Up and down, phase by phase. */
  private static List<String> commands() throws PlanException {
    List<String> phases = plan().phases().stream().map(Phase::name).toList();
    List<String> commands = new ArrayList<>();
    for (String phase : phases) {
      commands.add("migrate apply --plan consolidation --to " + phase + WORDS);
    }
    for (int i = phases.size() - 1; i >= 0; i--) {
      commands.add(
          "migrate rollback --plan consolidation" + (i == 0 ? "" : " --to " + phases.get(i - 1)));
    }
    return commands;
  }
}
