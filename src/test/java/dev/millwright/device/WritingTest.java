package dev.millwright.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order of writes and what ends them, whatever the protocol (I6). */
class WritingTest {

  private static final TagWrite A = new TagWrite("a", 1L);
  private static final TagWrite B = new TagWrite("b", true);
  private static final TagWrite C = new TagWrite("c", "R42");

  private final List<TagWrite> sent = new ArrayList<>();

  @Test
  void allAreSentInOrderWhileEachIsDone() throws Exception {
    assertEquals(
        List.of(Written.done(A), Written.done(B), Written.done(A)),
        Writing.inOrder(List.of(A, B, A), write -> null, this::done));
    assertEquals(List.of(A, B, A), sent);
  }

  @Test
  void nothingIsSentWhenOneValueDoesNotSuitItsTag() throws Exception {
    List<Written> written =
        Writing.inOrder(
            List.of(A, B, C), write -> write.equals(B) ? "too large" : null, this::done);
    assertEquals(List.of(), sent);
    assertEquals(Written.refused(B, "too large"), written.get(1));
    assertEquals(Written.Outcome.NOT_TRIED, written.get(0).outcome());
    assertEquals(Written.Outcome.NOT_TRIED, written.get(2).outcome());
  }

  /** I6, I7: whoever starts a machine after half a recipe was written does harm. */
  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "UNKNOWN", "NOT_TRIED"})
  void theFirstThatIsNotDoneEndsTheRest(Written.Outcome outcome) throws Exception {
    List<Written> written =
        Writing.inOrder(
            List.of(A, B, C),
            write -> null,
            write -> write.equals(B) ? new Written(B, outcome, "so") : done(write));
    assertEquals(List.of(A), sent);
    assertEquals(List.of(Written.done(A), new Written(B, outcome, "so")), written.subList(0, 2));
    assertEquals(Written.notTried(C, "because b = true was not done"), written.get(2));
  }

  @Test
  void aLinkThatBreaksBeforeTheFirstIsAnExceptionAndLaterAnOutcome() throws Exception {
    Writing.Sender broken =
        write -> {
          throw new LinkException("gone");
        };
    assertThrows(LinkException.class, () -> Writing.inOrder(List.of(A, B), write -> null, broken));
    List<Written> written =
        Writing.inOrder(
            List.of(A, B), write -> null, write -> write.equals(A) ? done(A) : broken.send(write));
    assertEquals(List.of(Written.done(A), Written.notTried(B, "gone")), written);
  }

  /** I8, and what came from a database is not sent to a machine as it is. */
  @Test
  void aValueIsBoundedAndHasNoControlCharacters() {
    for (Object value :
        List.of("R42\r\nSTOP", "x".repeat(TagWrite.MAX_CHARACTERS + 1), Double.NaN, 7)) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> new TagWrite("recipe", value));
      assertTrue(refused.getMessage().matches("(?s)(recipe: |a value is).*"), refused.getMessage());
    }
    assertEquals("recipe = \"R42\"", new TagWrite("recipe", "R42").toString());
  }

  private Written done(TagWrite write) {
    sent.add(write);
    return Written.done(write);
  }
}
