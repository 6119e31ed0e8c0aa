package dev.millwright.simulator.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VirtualMachineTest {

  private static final Instant START = Instant.parse("2026-11-20T09:00:00Z");

  private static Habits habits(double speed) {
    return new Habits(
        "PRESS-01",
        List.of("R1", "R2"),
        Duration.ofSeconds(8),
        Duration.ofSeconds(3),
        0.1,
        0.2,
        "gripper",
        "part jammed",
        Duration.ofMillis(300),
        speed);
  }

  @Test
  void theSameSeedLivesTheSameLife() {
    VirtualMachine one = new VirtualMachine(habits(1), 7, START, Duration.ZERO);
    VirtualMachine two = new VirtualMachine(habits(1), 7, START, Duration.ZERO);
    for (int i = 0; i < 500; i++) {
      assertEquals(one.step(one.next()), two.step(two.next()));
    }
  }

  @Test
  void statesFollowEachOtherAsOnAMachineAndTheCounterCountsStarts() {
    VirtualMachine machine = new VirtualMachine(habits(1), 1, START, Duration.ZERO);
    Map<Phase, Integer> times = new EnumMap<>(Phase.class);
    Appearance before = machine.appearance();
    for (int i = 0; i < 3000; i++) {
      Appearance now = machine.step(machine.next());
      times.merge(now.phase(), 1, Integer::sum);
      boolean started = now.phase() == Phase.PROCESSING;
      assertEquals(before.cycle() + (started ? 1 : 0), now.cycle());
      assertEquals(started, before.phase() == Phase.IDLE);
      assertEquals(now.phase() == Phase.ERROR, !now.fault().isEmpty());
      before = now;
    }
    double runs = times.get(Phase.PROCESSING);
    assertEquals(0.1, times.get(Phase.ERROR) / runs, 0.04);
    assertEquals(0.2, times.get(Phase.STOPPED) / runs, 0.05);
  }

  /** However fast: a state that is shorter than a poll could not be seen by any poller. */
  @Test
  void noStateIsShorterThanTheDwell() {
    VirtualMachine machine = new VirtualMachine(habits(1000), 1, START, Duration.ZERO);
    for (int i = 0; i < 300; i++) {
      Instant at = machine.step(machine.next()).at();
      assertTrue(!machine.next().isBefore(at.plusMillis(300)));
    }
  }
}
