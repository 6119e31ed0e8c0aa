package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** I4: how old a message can be, whatever any clock says. */
class RoundTripsTest {

  private static final long SECOND = 1_000_000_000;

  private final RoundTrips trips = new RoundTrips(0);

  @Test
  void aMessageWasSentAfterTheLastQuestionThatWasAnsweredBefore() {
    assertEquals(0, trips.before(SECOND), "nothing was asked");
    trips.add(2 * SECOND, 3 * SECOND);
    trips.add(4 * SECOND, 5 * SECOND);
    assertEquals(2 * SECOND, trips.before(4 * SECOND));
    assertEquals(4 * SECOND, trips.before(9 * SECOND));
  }

  /** On the library's threads, an answer may overtake a message that came before it. */
  @Test
  void anAnswerThatCameJustBeforeProvesNothing() {
    trips.add(2 * SECOND, 3 * SECOND);
    assertEquals(0, trips.before(3 * SECOND + SECOND / 5));
    assertEquals(2 * SECOND, trips.before(3 * SECOND + SECOND / 2));
  }

  /** I8, and no question is forgotten for it. */
  @Test
  void withoutMessagesTheQuestionsDoNotPileUp() {
    for (int i = 1; i <= 1_000; i++) {
      trips.add(i * SECOND, i * SECOND + 1);
    }
    assertEquals(1_000 * SECOND, trips.before(1_001 * SECOND));
  }
}
