package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.store.DatabaseSettings;
import dev.millwright.testing.Child;
import dev.millwright.testing.Child.Vitals;
import dev.millwright.testing.TestDatabase;
import dev.millwright.testing.TestPlant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plant and the daemon as two processes, with the files of {@code conf/}, at high speed; then
 * every run of every machine is looked for in the history (I1 to I5). {@code -Dsoak.seconds=600}
 * says for how long.
 */
@Tag("soak")
class SoakTest {

  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final double SPEED = 10;
  private static final int MACHINES = 13;
  private static final String VIRTUAL = "VIRT-01";

  /** As in {@code conf/machines}. */
  private static final Duration STALE_AFTER = Duration.ofSeconds(3);

  /** All machines stand still for so long, so that the daemon meets them idle. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** The daemon may take so long to write what the plant did last. */
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(30);

  /** Threads and descriptors: some come and go with connections, a leak is more. */
  private static final int GROWTH_LIMIT = 10;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void everyRunOfThePlantIsInTheHistoryOnceAndInOrder() throws Exception {
    TestPlant plant = TestPlant.in(folder, databaseTable(), SPEED);
    Comparison comparison =
        new Comparison(
            plant.truth(),
            DATABASE.dataSource(),
            STALE_AFTER,
            SoakTest::tolerance,
            Set.of(VIRTUAL));
    try (Child simulate = simulate(plant)) {
      Instant end = Instant.now().plus(WARM_UP).plusSeconds(SECONDS);
      Instant stopped;
      try (Child run = run(plant)) {
        comparison.await(run, "all machines are met", WARM_UP, this::allMachinesAreMet);
        List<Vitals> before = List.of(simulate.vitals(), run.vitals());
        while (Instant.now().isBefore(end)) {
          assertTrue(simulate.isAlive(), () -> "simulate has died");
          assertTrue(run.isAlive(), () -> "run has died");
          Thread.sleep(1_000);
        }
        comparison.await(
            run, "the plant agrees", CATCH_UP_LIMIT, () -> comparison.problems(null).isEmpty());
        List<Vitals> after = List.of(simulate.vitals(), run.vitals());
        report("simulate", before.get(0), after.get(0));
        report("run", before.get(1), after.get(1));
        stopped = Instant.now();
        assertEquals(0, run.stop(STOP_LIMIT), run::toString);
      }
      // The virtual machine has ended with the daemon: now it can be compared to its end.
      List<String> problems = comparison.problems(stopped);
      comparison.report(SECONDS);
      assertEquals(List.of(), problems);
      assertEquals(0, simulate.stop(STOP_LIMIT));
    }
  }

  private List<String> databaseTable() throws Exception {
    DatabaseSettings settings = DATABASE.settings();
    Files.writeString(folder.resolve("db-password"), "postgres\n");
    return List.of(
        "url = \"" + DATABASE.url() + "\"",
        "user = \"" + settings.user() + "\"",
        "password_file = \"db-password\"");
  }

  private Child simulate(TestPlant plant) throws Exception {
    List<String> command =
        List.of(
            "simulate",
            "--plant=" + plant.plant(),
            "--truth=" + plant.truth(),
            "--speed=" + SPEED,
            "--warm-up=" + WARM_UP.toSeconds() + "s",
            "--for=" + WARM_UP.plusSeconds(SECONDS).toSeconds() + "s");
    Child simulate = Child.start(folder.resolve("simulate.log"), command);
    simulate.awaitLine("plant is running", WARM_UP);
    return simulate;
  }

  private Child run(TestPlant plant) throws Exception {
    return Child.start(folder.resolve("run.log"), List.of("run", "--config=" + plant.config()));
  }

  private boolean allMachinesAreMet() throws Exception {
    return Integer.toString(MACHINES)
        .equals(DATABASE.value("SELECT count(*) FROM machines WHERE status <> 'offline'"));
  }

  /**
   * OPC UA gives the machine's own time and the virtual machine has the daemon's clock: exact. A
   * serial or Modbus machine tells no time: what it says is dated when it was heard, at most a poll
   * and its timeout later.
   */
  private static Duration tolerance(String machine) {
    return switch (machine) {
      case "OVEN-01", "LATHE-01", "SAW-01", "PUMP-01", "PUMP-02", "CONV-01" ->
          Duration.ofMillis(600);
      default -> Duration.ZERO;
    };
  }

  static void report(String process, Vitals before, Vitals after) {
    System.out.printf("%s: at the start %s, at the end %s%n", process, before, after);
    assertTrue(after.threads() <= before.threads() + GROWTH_LIMIT, "threads of " + process);
    assertTrue(
        after.descriptors() <= before.descriptors() + GROWTH_LIMIT, "descriptors of " + process);
  }
}
