package dev.millwright.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.audit.Hiccups;
import dev.millwright.audit.Ledger;
import dev.millwright.testing.Cable;
import dev.millwright.testing.Child;
import dev.millwright.testing.Child.Vitals;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.Plant;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One reload after the other in a daemon whose machines share a session and an RS-485 line, at high
 * speed; then every run of every machine is looked for in the history (I3, I4, decision 0120). A
 * reload excuses nothing of machines behind other links, and of those behind a link that it opens
 * anew only what the short absence explains. {@code -Dsoak.seconds=600} says for how long, {@code
 * -Dmillwright.seed=N} draws the same reloads again.
 */
@Tag("soak")
class ReloadSoakTest {

  private static final int SECONDS = Integer.getInteger("soak.seconds", 60);
  private static final double SPEED = 10;

  /** Longer than a reload may take on a busy host: nobody on a reopened link becomes stale. */
  private static final Duration STALE_AFTER = Duration.ofSeconds(6);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration DWELL = Duration.ofMillis(500);

  /** A unit tells no time: a poll of all on the line, on a busy host. */
  private static final Duration POLLED = Duration.ofMillis(900);

  /** From the fact until the daemon has it on its disk, on a busy host. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  /** The last of the machines on OPC UA, with a link of its own that no reload touches. */
  private static final String APART = "M005";

  /** A busy host is slow to start two processes. */
  private static final Duration MET_LIMIT = Duration.ofSeconds(90);

  /** At work without a reload any more, so that it is seen how machines go on. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(30);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aReloadCostsNobodyButThoseWhoseLinkItOpensAnew() throws Exception {
    long seed = Long.getLong("millwright.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    System.out.println("reloads drawn from -Dmillwright.seed=" + seed);
    Hall hall = new Hall(folder, FreePort.find(), 5, 4, STALE_AFTER, POLL, POLL, DWELL);
    Path socket = folder.resolve("control");
    Path config = hall.configure(DATABASE, "[control]\nsocket = \"" + socket + "\"\n");
    Ledger ledger = new Ledger();
    try (Cable cable = new Cable(hall.opcUaPort(), true)) {
      Reloading reloading = new Reloading(hall, APART, cable, socket, ledger, new Random(seed));
      try (Plant plant = Plant.start(folder, hall.plant(), hall.truth(), SPEED);
          Child run = Child.start(folder.resolve("run.log"), List.of("run", "--config=" + config));
          Hiccups hiccups = new Hiccups(ledger, Set.copyOf(hall.machines()), folder)) {
        work(plant, run, reloading, comparison(hall, ledger));
        System.out.printf(
            "%s; rows inferred of who is apart: %s; the host stood still for %d ms%n",
            reloading, inferredApart(), hiccups.sum().toMillis());
        requireOnlyOwnAbsences(reloading);
        assertEquals(0, run.stop(STOP_LIMIT), run::toString);
      }
    }
  }

  private static Comparison comparison(Hall hall, Ledger ledger) {
    return new Comparison(
        hall.truth(),
        DATABASE.dataSource(),
        machine ->
            ledger.conduct(
                machine, Hall.isUnit(machine) ? POLLED : Duration.ZERO, NOTICED, STALE_AFTER),
        Set.of());
  }

  private static void work(Plant plant, Child run, Reloading reloading, Comparison comparison)
      throws Exception {
    comparison.await(run, "all are met", MET_LIMIT, () -> met(reloading.watched()));
    Vitals before = run.vitals();
    plant.order("go");
    Instant end = Instant.now().plusSeconds(SECONDS);
    while (Instant.now().isBefore(end)) {
      reloading.reload();
      assertTrue(plant.isAlive() && run.isAlive(), () -> "a process has died");
    }
    reloading.takeBack();
    Thread.sleep(QUIET.toMillis());
    plant.order("hold");
    comparison.await(
        run, "the plant agrees", CATCH_UP_LIMIT, () -> comparison.problems(null).isEmpty());
    comparison.report(SECONDS);
    SoakTest.report("run", before, run.vitals());
  }

  private static boolean met(Collection<String> machines) throws Exception {
    return Integer.toString(machines.size())
        .equals(DATABASE.value("SELECT count(*) FROM machines WHERE status <> 'offline'"));
  }

  /** The audit excuses what is near a reload; who is never near one needs no excuse. */
  private static void requireOnlyOwnAbsences(Reloading reloading) throws Exception {
    assertEquals("0", inferredApart(), "of who is apart all is seen, from the first contact on");
    String own = " IN ('its configuration was changed', 'no longer configured')";
    assertEquals(
        "0",
        rows("serial_number LIKE 'U%' AND event = 'link_lost' AND detail ->> 'reason' NOT" + own),
        "units became stale whose line was only opened anew");
    assertTrue(
        Integer.parseInt(rows("event = 'link_lost' AND detail ->> 'reason'" + own))
            <= reloading.changesAndRemovals(),
        "machines were left offline that were not changed themselves");
  }

  private static String inferredApart() throws Exception {
    return rows("serial_number = '" + APART + "' AND detail #>> '{inferred,after}' IS NOT NULL");
  }

  private static String rows(String condition) throws Exception {
    return DATABASE.value(
        "SELECT count(*) FROM machine_transitions JOIN machines ON machines.id = machine_id WHERE "
            + condition);
  }
}
