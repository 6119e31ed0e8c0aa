package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** I8: every wait has its limits, upwards and downwards. */
class BackoffTest {

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration CAP = Duration.ofSeconds(15);

  @Test
  void itDoublesUpToItsCapAndStaysThereForEver() {
    Backoff longest = new Backoff(FIRST, CAP, () -> 0.999);
    long[] expected = {499, 999, 1999, 3998, 7996, 14992, 14992, 14992};
    for (long millis : expected) {
      assertEquals(millis, longest.next().toMillis());
    }
    for (int i = 0; i < 10_000; i++) {
      assertEquals(14_992, longest.next().toMillis(), "no overflow, however often it failed");
    }
  }

  /** Each waits between half and all of it, so that daemons do not knock in step. */
  @Test
  void theJitterIsBetweenHalfAndAllOfTheWait() {
    Backoff shortest = new Backoff(FIRST, CAP, () -> 0);
    assertEquals(250, shortest.next().toMillis());
    assertEquals(500, shortest.next().toMillis());
    Backoff any = new Backoff(FIRST, CAP, new Random(7)::nextDouble);
    any.next();
    any.next();
    for (int i = 0; i < 1000; i++) {
      long wait = any.next().toMillis();
      assertTrue(wait >= 1_000 && wait < 15_000, "waits " + wait);
    }
  }

  @Test
  void aSuccessMakesTheNextFailureTheFirstAgain() {
    Backoff backoff = new Backoff(FIRST, CAP, () -> 0);
    backoff.next();
    backoff.next();
    backoff.reset();
    assertEquals(250, backoff.next().toMillis());
  }

  /** A wait of nothing, doubled, stays nothing: a loop that never rests. */
  @Test
  void aWaitOfNothingIsRefused() {
    assertEquals(
        Duration.ofMillis(1),
        new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0).next());
    assertThrows(
        IllegalArgumentException.class, () -> new Backoff(Duration.ofNanos(1), CAP, () -> 0));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(CAP, FIRST, () -> 0));
  }
}
