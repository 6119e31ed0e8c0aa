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

  private int opcUaPort;

  @Test
  void twoHundredMachinesAndThirtyUnitsAreSeenInTimeForAQuarterOfACore() throws Exception {
    opcUaPort = FreePort.find();
    Path truth = folder.resolve("truth.jsonl");
    Comparison comparison =
        new Comparison(
            truth,
            DATABASE,
            STALE_AFTER,
            machine -> machine.startsWith("U") ? UNIT_POLL.multipliedBy(2) : Duration.ZERO,
            Set.of());
    try (Child simulate = simulate(truth)) {
      Instant end = Instant.now().plus(WARM_UP).plusSeconds(SECONDS);
      try (Child run = run()) {
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

  private Child simulate(Path truth) throws Exception {
    StringBuilder plant = new StringBuilder();
    plant.append(
        """
        dwell = "%dms"
        ports = "%s"
        [opcua]
        listen = "127.0.0.1:%d"
        """
            .formatted(DWELL.toMillis(), folder.toAbsolutePath(), opcUaPort));
    for (int i = 1; i <= ON_OPC_UA + ON_MODBUS; i++) {
      plant.append(
          """
          [[machine]]
          serial_number = "%s"
          %s
          recipes = ["R42", "R17"]
          cycle = "6s"
          pause = "2s"
          faults = 0.05
          stops = 0.05
          component = "drive"
          fault = "overload"
          """
              .formatted(
                  name(i),
                  isUnit(i)
                      ? "protocol = \"modbus-rtu\"\nline = \"LINE\"\nunit = " + (i - ON_OPC_UA)
                      : "protocol = \"opcua\""));
    }
    Path home = Files.createDirectory(folder.resolve("plant"));
    Files.writeString(home.resolve("plant.toml"), plant);
    Child simulate =
        Child.start(
            folder.resolve("simulate.log"),
            List.of(
                "simulate",
                "--plant=" + home,
                "--truth=" + truth,
                "--warm-up=" + WARM_UP.toSeconds() + "s",
                "--for=" + WARM_UP.plusSeconds(SECONDS).toSeconds() + "s"));
    simulate.awaitLine("plant is running", WARM_UP);
    return simulate;
  }

  private Child run() throws Exception {
    Files.writeString(folder.resolve("db-password"), "postgres\n");
    Path machines = Files.createDirectory(folder.resolve("machines"));
    for (int i = 1; i <= ON_OPC_UA + ON_MODBUS; i++) {
      Files.writeString(
          machines.resolve(name(i) + ".toml"),
          """
          serial_number = "%s"
          protocol = "%s"
          register = true
          stale_after = "%dms"
          %s
          [lifecycle]
          state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
          recipe = "recipe"
          counter = "counter"
          """
              .formatted(
                  name(i),
                  isUnit(i) ? "modbus-rtu" : "opcua",
                  STALE_AFTER.toMillis(),
                  isUnit(i) ? unit(i - ON_OPC_UA) : node(name(i))));
    }
    Path config = folder.resolve("millwright.toml");
    Files.writeString(
        config,
        """
        [database]
        url = "%s"
        user = "%s"
        password_file = "db-password"
        [journal]
        path = "%s"
        """
            .formatted(
                DATABASE.url(),
                DATABASE.settings().user(),
                folder.resolve("journal.db").toAbsolutePath()));
    return Child.start(folder.resolve("run.log"), List.of("run", "--config=" + config));
  }

  private static boolean isUnit(int number) {
    return number > ON_OPC_UA;
  }

  private static String name(int number) {
    return isUnit(number) ? "U%02d".formatted(number - ON_OPC_UA) : "M%03d".formatted(number);
  }

  private String node(String machine) {
    String tag = "{ node = \"nsu=urn:millwright:plant;s=" + machine + "/%s\" }";
    return """
        [opcua]
        endpoint = "opc.tcp://127.0.0.1:%d"
        security = "None"
        poll = "%dms"
        [tags]
        state = %s
        counter = %s
        recipe = %s
        """
        .formatted(
            opcUaPort,
            POLL.toMillis(),
            tag.formatted("State"),
            tag.formatted("Cycle"),
            tag.formatted("Recipe"));
  }

  private String unit(int unit) {
    return """
        [modbus]
        port = "%s"
        unit = %d
        baud = 19200
        parity = "none"
        poll = "%dms"
        [tags]
        state = { address = "holding:0", type = "uint16" }
        counter = { address = "holding:1", type = "uint32" }
        recipe = { address = "holding:3", type = "string[16]" }
        """
        .formatted(folder.resolve("LINE").toAbsolutePath(), unit, UNIT_POLL.toMillis());
  }
}
