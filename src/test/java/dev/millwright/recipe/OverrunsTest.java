package dev.millwright.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is said of late pulses is true of each of them. */
class OverrunsTest {

  @Test
  void nothingIsKnownOfNoPulses() {
    assertEquals(new Overruns.Figures(0, Duration.ZERO, Duration.ZERO), new Overruns().figures());
  }

  /** One in a thousand is above: with fewer pulses, that is the worst. */
  @Test
  void ofFewPulsesTheWorstCounts() {
    Overruns overruns = new Overruns();
    overruns.add(-5);
    overruns.add(1_234_567);
    assertEquals(
        new Overruns.Figures(2, Duration.ofNanos(1_234_567), Duration.ofNanos(1_234_567)),
        overruns.figures());
  }

  @Test
  void theQuantileIsAtMostASixteenthTooLarge() {
    Random random = new Random(42);
    for (long most : new long[] {10, 1_000, 5_000_000, Long.MAX_VALUE}) {
      Overruns overruns = new Overruns();
      long[] all = random.longs(20_000, 0, most).toArray();
      Arrays.stream(all).forEach(overruns::add);
      Arrays.sort(all);
      double exact = all[all.length - 1 - all.length / 1000];
      double told = overruns.figures().p999().toNanos();
      assertTrue(told >= exact && told <= exact * 17 / 16 + 1, exact + " " + told);
      assertEquals(all[all.length - 1], overruns.figures().worst().toNanos());
    }
  }
}
