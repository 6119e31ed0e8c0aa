package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.audit.Audit;
import dev.millwright.testing.Child;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
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
 * Two hundred machines on one OPC UA server and thirty units on one Modbus line, in one daemon, all
 * at once: nothing is missed, no data is older than two polls, and a quarter of one core is enough.
 *
 * <p>The daemon itself watches the age: {@code stale_after} is two polls, so any value that is
 * older would make its machine offline, and that is a row of the history. {@code
 * -Dsoak.seconds=600} says for how long.
 */
@Tag("soak")
class TwoHundredMachinesTest {

  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final int ON_OPC_UA = 200;
  private static final int ON_MODBUS = 30;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration STALE_AFTER = POLL.multipliedBy(2);

  /** No longer than a third of {@code stale_after}, as the configuration asks. */
  private static final Duration UNIT_POLL = Duration.ofMillis(500);

  /** No state is shorter, so that a poll sees each. */
  private static final Duration DWELL = UNIT_POLL.multipliedBy(2).plusMillis(200);

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final double MOST_OF_A_CORE = 0.25;

  /** All machines stand still for so long, so that the daemon meets them idle. */
  private static final Duration WARM_UP = Duration.ofSeconds(45);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(15);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void twoHundredMachinesAndThirtyUnitsAreSeenInTimeForAQuarterOfACore() throws Exception {
    Hall hall =
        new Hall(
            folder, FreePort.find(), ON_OPC_UA, ON_MODBUS, STALE_AFTER, POLL, UNIT_POLL, DWELL);
    Comparison comparison =
        new Comparison(
            hall.truth(),
            DATABASE.dataSource(),
            STALE_AFTER,
            machine -> Hall.isUnit(machine) ? UNIT_POLL.multipliedBy(2) : Duration.ZERO,
            Set.of());
    try (Child simulate = simulate(hall)) {
      Instant end = Instant.now().plus(WARM_UP).plusSeconds(SECONDS);
      try (Child run = run(hall)) {
        comparison.await(run, "all machines are met", WARM_UP, this::allMachinesAreMet);
        pass(end.minusSeconds(SECONDS));
        long began = System.nanoTime();
        Duration before = run.cpuTime();
        Duration late = pass(end);
        double cores = (double) run.cpuTime().minus(before).toNanos() / (System.nanoTime() - began);
        List<String> problems = settle(comparison);
        comparison.report(SECONDS);
        System.out.printf(
            "%d machines on OPC UA, %d on one Modbus line, polls of %d and %d ms: the daemon took %.1f %%"
                + " of one core; %s; %d runs missed; %s times a machine's data was older than %d ms; this"
                + " test itself was held up for %d ms at most; host load %s%n",
            ON_OPC_UA,
            ON_MODBUS,
            POLL.toMillis(),
            UNIT_POLL.toMillis(),
            100 * cores,
            run.vitals(),
            comparison.audits().values().stream().mapToLong(Audit::missed).sum(),
            stale(),
            STALE_AFTER.toMillis(),
            late.toMillis(),
            Files.readString(Path.of("/proc/loadavg")).strip());
        assertEquals(List.of(), problems);
        assertEquals("0", stale(), "machines that were offline for a time");
        assertTrue(cores < MOST_OF_A_CORE, cores + " cores");
        assertEquals(0, run.stop(STOP_LIMIT), run::toString);
      }
      assertEquals(0, simulate.stop(STOP_LIMIT));
    }
  }

  /**
   * Waits.
   *
   * @return by how much this thread was woken too late at most: no program on this host can be more
   *     punctual
   */
  private static Duration pass(Instant until) throws InterruptedException {
    long late = 0;
    while (Instant.now().isBefore(until)) {
      long asleep = System.nanoTime();
      Thread.sleep(LOOK_EVERY.toMillis());
      late = Math.max(late, System.nanoTime() - asleep - LOOK_EVERY.toNanos());
    }
    return Duration.ofNanos(late);
  }

  /** What is still not as it should be when the daemon has had time to write everything. */
  private static List<String> settle(Comparison comparison) throws Exception {
    Instant limit = Instant.now().plus(CATCH_UP_LIMIT);
    List<String> problems = comparison.problems(null);
    while (!problems.isEmpty() && Instant.now().isBefore(limit)) {
      Thread.sleep(1_000);
      problems = comparison.problems(null);
    }
    return problems.stream().limit(20).toList();
  }

  private static String stale() throws Exception {
    return DATABASE.value("SELECT count(*) FROM machine_transitions WHERE event = 'link_lost'");
  }

  private boolean allMachinesAreMet() throws Exception {
    return Integer.toString(ON_OPC_UA + ON_MODBUS)
        .equals(DATABASE.value("SELECT count(*) FROM machines WHERE status <> 'offline'"));
  }

  private static Child simulate(Hall hall) throws Exception {
    Child simulate =
        Child.start(
            hall.folder().resolve("simulate.log"),
            List.of(
                "simulate",
                "--plant=" + hall.plant(),
                "--truth=" + hall.truth(),
                "--warm-up=" + WARM_UP.toSeconds() + "s",
                "--for=" + WARM_UP.plusSeconds(SECONDS).toSeconds() + "s"));
    simulate.awaitLine("plant is running", WARM_UP);
    return simulate;
  }

  private static Child run(Hall hall) throws Exception {
    return Child.start(
        hall.folder().resolve("run.log"),
        List.of("run", "--config=" + hall.configure(DATABASE, "")));
  }
}
