package dev.millwright.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known after a reading, and how old it is, with one question or several. */
class ReadingTest {

  private static final TagValue ONE = TagValue.good(1L, null);
  private static final TagValue TWO = TagValue.good(2L, null);

  private final Reading reading = new Reading();

  private static Age age(long likely, long atMost) {
    return new Age(Duration.ofNanos(likely), Duration.ofNanos(atMost));
  }

  @Test
  void oneAnswerIsSoOldAsAWhole() {
    reading.answered(Map.of("state", ONE, "counter", TWO), 100, 130);
    assertFalse(reading.isUnanswered());
    Observation seen = reading.observation("PRESS-01", 150);
    assertEquals(Map.of("state", ONE, "counter", TWO), seen.values());
    assertEquals(Map.of("state", age(20, 50), "counter", age(20, 50)), seen.ages());
    assertEquals(age(20, 50), seen.age("state"));
    assertEquals(Age.NONE, seen.age("recipe"), "a tag that was not read has no age");
    assertEquals(
        new Observation("PRESS-01", seen.values(), new HashMap<>(seen.ages())),
        seen,
        "however the ages are kept");
  }

  @Test
  void eachOfSeveralAnswersHasItsAge() {
    reading.answered(Map.of("state", ONE), 100, 130);
    reading.bad("recipe", "no answer");
    reading.answered(Map.of("counter", TWO), 130, 140);
    Observation seen = reading.observation("PRESS-01", 150);
    assertEquals(
        Map.of("state", ONE, "counter", TWO, "recipe", TagValue.bad("no answer")), seen.values());
    assertEquals(Map.of("state", age(20, 50), "counter", age(10, 20)), seen.ages());
  }

  @Test
  void whatIsBadLaterReplacesAnAnswer() {
    reading.answered(Map.of("state", ONE, "counter", TWO), 100, 130);
    reading.bad("state", "no answer");
    reading.forgetAnswers();
    assertTrue(reading.isUnanswered());
    Observation seen = reading.observation("PRESS-01", 150);
    assertEquals(Map.of("state", TagValue.bad("no answer"), "counter", TWO), seen.values());
    assertEquals(Map.of(), seen.ages());
  }

  /** By the same object others know that nothing has changed. */
  @Test
  void valuesThatStayStayTheSameObject() {
    reading.answered(Map.of("state", ONE, "counter", TWO), 100, 130);
    Map<String, TagValue> first = reading.observation("PRESS-01", 150).values();
    reading.clear();
    assertTrue(reading.isUnanswered());
    reading.answered(Map.of("counter", TWO, "state", ONE), 200, 230);
    assertSame(first, reading.observation("PRESS-01", 250).values());
    reading.clear();
    reading.answered(Map.of("state", ONE), 300, 330);
    reading.answered(Map.of("counter", TWO), 330, 340);
    assertSame(first, reading.observation("PRESS-01", 350).values());
    reading.clear();
    reading.answered(Map.of("state", TWO, "counter", TWO), 400, 430);
    assertEquals(TWO, reading.observation("PRESS-01", 450).values().get("state"));
  }
}
