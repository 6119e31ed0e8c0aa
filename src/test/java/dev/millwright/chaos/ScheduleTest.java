package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A seed that cannot be drawn again, or a fault that never comes, would make the suite a toy. */
class ScheduleTest {

  private static final int MANY = 2_000;

  @Test
  void aSeedDrawsTheSameAgainAndIsReadAsItIsWritten() {
    for (long seed = 0; seed < MANY; seed++) {
      Schedule schedule = Schedule.draw(seed, Set.of());
      assertEquals(schedule, Schedule.draw(seed, Set.of()));
      assertEquals(schedule, Schedule.parse(schedule.toString()));
    }
  }

  @Test
  void everyFaultComesUnlessItIsLeftOut() {
    assertEquals(EnumSet.allOf(Fault.class), drawn(Set.of()));
    Set<Fault> spared = EnumSet.of(Fault.KILL_DAEMON, Fault.STOP_DAEMON);
    assertEquals(EnumSet.complementOf(EnumSet.copyOf(spared)), drawn(spared));
  }

  private static Set<Fault> drawn(Set<Fault> without) {
    Set<Fault> drawn = EnumSet.noneOf(Fault.class);
    LongStream.range(0, MANY)
        .forEach(
            seed -> Schedule.draw(seed, without).faults().forEach(one -> drawn.add(one.fault())));
    return drawn;
  }

  /** What is being done to a process cannot be done to it a second time meanwhile. */
  @Test
  void faultsOverlapButNotOnTheSame() {
    boolean overlap = false;
    for (long seed = 0; seed < MANY; seed++) {
      List<Planned> faults = Schedule.draw(seed, Set.of()).faults();
      assertTrue(faults.size() >= 2 && faults.size() <= 5);
      for (int i = 1; i < faults.size(); i++) {
        for (Planned earlier : faults.subList(0, i)) {
          boolean meets = faults.get(i).startMs() < earlier.endMs();
          overlap |= meets;
          assertFalse(meets && earlier.resource().equals(faults.get(i).resource()), "" + faults);
        }
      }
    }
    assertTrue(overlap);
  }
}
