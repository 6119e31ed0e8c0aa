package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the last eight hours look like, minute by minute. */
class TimelineTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private final Timeline timeline = new Timeline();

  /** I4: what nobody knows is not claimed. */
  @Test
  void whatIsNotKnownStaysUnknown() {
    assertEquals("u".repeat(Timeline.CELLS), timeline.letters(NOON, Timeline.CELLS));
    timeline.see(Status.IDLE, at(-2), at(0));
    assertEquals("uuuiii", timeline.letters(NOON.plusSeconds(30), 6));
  }

  @Test
  void aMinuteShowsWhatTookMostOfIt() {
    timeline.see(Status.IDLE, at(-3), at(-3));
    timeline.see(Status.PROCESSING, at(-2).plusSeconds(40), at(-1));
    timeline.see(Status.IDLE, at(-1).plusSeconds(40), at(0));
    assertEquals("iipi", timeline.letters(at(0).plusMillis(1), 4));
  }

  /** The one thing that nobody may overlook. */
  @Test
  void anErrorOfAnyLengthShows() {
    timeline.see(Status.PROCESSING, at(-3), at(-3));
    timeline.see(Status.ERROR, at(-2).plusSeconds(5), at(-1));
    timeline.see(Status.PROCESSING, at(-2).plusMillis(5_001), at(-1));
    assertEquals("pepp", timeline.letters(at(0).plusMillis(1), 4));
  }

  @Test
  void theHistoryTellsOfBeforeAndOfNothingElse() {
    timeline.see(Status.IDLE, at(-2), at(0));
    timeline.before(Status.PROCESSING, at(-4), at(0));
    assertEquals("uppiii", timeline.letters(at(0).plusMillis(1), 6));
  }

  /** Clocks are stepped; no minute is counted twice by that, and nothing fails. */
  @Test
  void aClockThatIsSteppedBackSpoilsNothing() {
    timeline.see(Status.IDLE, at(-5), at(0));
    timeline.see(Status.PROCESSING, at(-60), at(-60));
    timeline.see(Status.ERROR, at(1), at(2));
    assertTrue(timeline.letters(at(2), 4).endsWith("ee"), timeline.letters(at(2), 10));
  }

  /** A clock that was years ahead at the start, and was set right then. */
  @Test
  void aClockThatWasFarAheadIsForgotten() {
    timeline.see(Status.IDLE, at(5_000_000), at(5_000_000));
    timeline.see(Status.IDLE, at(5_000_000), at(5_000_900));
    timeline.see(Status.PROCESSING, at(0), at(0));
    timeline.see(Status.PROCESSING, at(0), at(9));
    assertEquals("uupppppppppp", timeline.letters(at(9), 12));
  }

  @Test
  void daysLaterOnlyTheLastHoursAreThere() {
    timeline.see(Status.IDLE, at(-3), at(0));
    timeline.see(Status.PROCESSING, at(3_000), at(3_000));
    assertEquals(
        "i".repeat(Timeline.CELLS - 2) + "pp", timeline.letters(at(3_001), Timeline.CELLS));
  }

  private static Instant at(int minutes) {
    return NOON.plusSeconds(60L * minutes);
  }
}
