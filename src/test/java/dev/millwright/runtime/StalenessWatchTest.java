package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * When machines are looked at, over hours that pass in a moment: not before there is a reason to,
 * and never later than the limit and one shortest rest.
 */
class StalenessWatchTest {

  private static final Duration STEP = Duration.ofMillis(1);
  private static final long LATE_MOST = StalenessWatch.SHORTEST_REST.plus(STEP).toNanos();

  @RegisterExtension private final Scene scene = new Scene();
  private final List<MachineMonitor> machines = new ArrayList<>();
  private StalenessWatch watch;
  private int looks;

  private void watch(Duration... staleAfter) throws Exception {
    for (Duration each : staleAfter) {
      String name = "M" + machines.size();
      MachineSettings settings =
          new MachineSettings(name, false, each, false, Scene.lifecycleSettings());
      MachineMonitor machine = scene.monitor(settings, moment -> watch.by(moment));
      machine.look(Scene.newRow(name));
      machines.add(machine);
    }
    watch = new StalenessWatch(Roster.of(machines), scene.intake, scene.time, () -> 0);
  }

  private void pass() {
    scene.pass(STEP);
    if (scene.time.nanos() - watch.next() >= 0) {
      watch.look();
      looks++;
    }
  }

  private void show(MachineMonitor machine, Duration age) {
    Observation shown = Scene.shows(machine.name(), 0, 7);
    machine.observe(
        new Observation(machine.name(), shown.values(), Map.of("state", Age.atMost(age))));
  }

  private static Status status(MachineMonitor machine) {
    return machine.known().state().status();
  }

  /** Issue 8: twenty looks a second were a good part of what the daemon took at rest. */
  @Test
  void whileDataComesItRestsForASecond() throws Exception {
    Duration[] limits =
        IntStream.range(0, 20).mapToObj(i -> Duration.ofSeconds(3)).toArray(Duration[]::new);
    watch(limits);
    for (int ms = 0; ms < 60_000; ms++) {
      if (ms % 50 == 0) {
        show(machines.get(ms / 50 % 20), Duration.ofMillis(200));
      }
      pass();
    }
    assertTrue(looks >= 58 && looks <= 62, looks + " looks in a minute");
    machines.forEach(machine -> assertEquals(Status.IDLE, status(machine)));
  }

  /** I4: whoever falls silent, and is found again, at any moment, and however old what it shows. */
  @Test
  void silenceIsFoundWhenTheLimitIsOver() throws Exception {
    Duration[] limits = {
      Duration.ofMillis(200), Duration.ofMillis(700), Duration.ofSeconds(3), Duration.ofSeconds(9)
    };
    watch(limits);
    Random random = new Random(8);
    long[] nextShown = new long[limits.length];
    long[] read = new long[limits.length];
    int lost = 0;
    for (int ms = 0; ms < 60_000; ms++) {
      for (int i = 0; i < limits.length; i++) {
        long limit = limits[i].toMillis();
        if (ms == nextShown[i]) {
          Duration age = Duration.ofMillis(random.nextLong(limit));
          show(machines.get(i), age);
          read[i] = Math.max(read[i], scene.time.nanos() - age.toNanos());
          // Mostly in time; now and then silent for longer than it may be.
          nextShown[i] += 1 + random.nextLong(random.nextInt(8) == 0 ? 3 * limit : limit / 4);
        }
      }
      boolean[] claimed = claimed();
      pass();
      for (int i = 0; i < limits.length; i++) {
        boolean claims = status(machines.get(i)) != Status.OFFLINE;
        long silent = scene.time.nanos() - read[i] - limits[i].toNanos();
        assertTrue(!claims || silent <= LATE_MOST, machines.get(i).name() + " late: " + silent);
        assertTrue(claims || !claimed[i] || silent > 0, machines.get(i).name() + " too soon");
        lost += claimed[i] && !claims ? 1 : 0;
      }
    }
    assertTrue(lost > 50, lost + " times silent");
  }

  private boolean[] claimed() {
    boolean[] claimed = new boolean[machines.size()];
    for (int i = 0; i < claimed.length; i++) {
      claimed[i] = status(machines.get(i)) != Status.OFFLINE;
    }
    return claimed;
  }

  /** A row that another writer has made claims something as well. */
  @Test
  void whatSomebodyElseHasWrittenBecomesStaleAsWell() throws Exception {
    watch(Duration.ofMillis(200));
    MachineMonitor machine = machines.get(0);
    show(machine, Duration.ZERO);
    for (int ms = 0; ms < 5_000; ms++) {
      pass();
    }
    assertEquals(Status.OFFLINE, status(machine));
    UUID row = machine.known().rowId();
    MachineState idle = Scene.idle(machine.known().state().seq() + 1);
    machine.rebase(Scene.external(row, machine.name(), idle, 7L), "somebody else has written it");
    assertEquals(Status.IDLE, status(machine));
    scene.pass(StalenessWatch.SHORTEST_REST);
    pass();
    assertEquals(Status.OFFLINE, status(machine));
  }

  /** I8: a stale machine tries the journal at each look. */
  @Test
  void aJournalThatTakesNothingIsNotAskedWithoutAPause() throws Exception {
    watch(Duration.ofMillis(200));
    show(machines.get(0), Duration.ZERO);
    scene.journal.close();
    for (int ms = 0; ms < 10_000; ms++) {
      machines.get(0).linkDown("M0: connection refused");
      pass();
    }
    assertEquals(Status.IDLE, status(machines.get(0)), "what is not on the disk is not decided");
    assertTrue(looks >= 10 && looks <= 30, looks + " looks in ten seconds");
  }
}
