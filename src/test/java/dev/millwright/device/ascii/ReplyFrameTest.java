package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.ascii.ReplyFrame.State;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FIELD 17: an answer comes in pieces, between noise, and is not read too early. */
class ReplyFrameTest {

  private static final String REPLY = "STATE=RUN;RECIPE=R42;COUNT=17\r\n";

  private final ReplyFrame frame = newFrame();

  static List<Integer> everySize() {
    return IntStream.rangeClosed(1, REPLY.length()).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("everySize")
  void pieces_of_every_size_make_the_same_answer_and_only_the_last_completes_it(int size) {
    for (int at = 0; at < REPLY.length(); at += size) {
      assertEquals(State.INCOMPLETE, frame.state(), "before byte " + at);
      add(frame, REPLY.substring(at, Math.min(at + size, REPLY.length())));
    }
    assertRunR42Count17();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0\0", "STATE", "\r\n", "COUNT=", "STATE=;", "ÿþ"})
  void noise_before_and_after_is_ignored(String noise) {
    add(frame, noise + "\r\n" + REPLY + noise);
    assertRunR42Count17();
  }

  /** What 9600 baud look like at 19200; and an answer that merely lacks something is none of it. */
  @Test
  void what_is_no_text_is_called_noise() {
    add(frame, "\u00e6\u0000\u0098x\u009e");
    assertTrue(frame.problem().contains("that is no text: noise, or another baud or parity?"));
    ReplyFrame cut = frame("A(\\d);", "B(\\d);");
    add(cut, "A1;\r\n");
    assertFalse(cut.problem().contains("noise"), cut.problem());
  }

  /** Else RU would be taken for RUN whenever the line pauses there. */
  @Test
  void a_value_that_more_bytes_could_change_is_not_taken_and_the_reason_says_what_to_do() {
    ReplyFrame open = frame("STATE=(\\w+)");
    assertEquals(State.INCOMPLETE, add(open, "STATE=RU"));
    assertTrue(open.problem().contains("\"STATE=RU\" came, without 0"), open.problem());
    assertTrue(open.problem().contains("end the pattern"), open.problem());
    assertEquals(State.COMPLETE, add(open, "N;"));
  }

  /** FIELD 16: a late answer and the right one in one frame; neither can be told from the other. */
  @Test
  void two_answers_are_ambiguous_and_neither_is_taken() {
    assertEquals(State.AMBIGUOUS, add(frame, REPLY + REPLY));
    assertTrue(frame.problem().contains("tag 0 matches more than once"), frame.problem());
  }

  /** The tail of a late answer must not lend its values to the answer that follows. */
  @Test
  void the_tail_of_one_answer_and_the_head_of_another_are_not_mixed() {
    for (String tail : List.of("RECIPE=R41;COUNT=16\r\n", "COUNT=16\r\n", "RECIPE=\r\n")) {
      assertEquals(State.AMBIGUOUS, add(newFrame(), tail + REPLY), tail);
    }
  }

  /** I8. */
  @Test
  void an_answer_that_never_ends_is_given_up_at_the_limit() {
    for (int i = 0; i < ReplyFrame.MAX_BYTES; i++) {
      assertEquals(State.INCOMPLETE, add(frame, "x"));
    }
    assertEquals(State.TOO_LONG, add(frame, "x"));
    assertTrue(frame.problem().contains("4096 bytes"), frame.problem());
  }

  /** I8: a pattern with catastrophic backtracking stops the answer, not the link. */
  @Test
  void a_pattern_that_takes_for_ever_is_stopped() {
    ReplyFrame slow = frame("(a*a*a*a*a*)b");
    assertEquals(State.TOO_SLOW, add(slow, "a".repeat(200)));
    assertTrue(slow.problem().contains("simplify"), slow.problem());
  }

  @Test
  void nothing_at_all_is_said_as_such() {
    assertEquals("nothing came", frame.problem());
    assertFalse(frame.problem().contains("\""));
  }

  @Test
  void an_optional_value_that_is_not_there_is_bad_without_spoiling_the_others() {
    ReplyFrame optional = frame("A(\\d)?;", "B(\\d);");
    assertEquals(State.COMPLETE, add(optional, "A;B2;"));
    assertEquals("the answer came without this value", optional.values().get("0").why());
    assertEquals(2L, optional.values().get("1").value());
  }

  private void assertRunR42Count17() {
    assertEquals(State.COMPLETE, frame.state());
    assertEquals("RUN", frame.values().get("0").value());
    assertEquals("R42", frame.values().get("1").value());
    assertEquals(17L, frame.values().get("2").value());
  }

  private static State add(ReplyFrame frame, String piece) {
    byte[] bytes = piece.getBytes(ISO_8859_1);
    return frame.add(bytes, bytes.length);
  }

  private static ReplyFrame newFrame() {
    return frame("STATE=(\\w+);", "RECIPE=([^;]*);", "COUNT=(\\d+)\r\n");
  }

  private static ReplyFrame frame(String... patterns) {
    List<AsciiTag> tags =
        IntStream.range(0, patterns.length)
            .mapToObj(i -> new AsciiTag("" + i, "?", Pattern.compile(patterns[i])))
            .toList();
    return new ReplyFrame(tags);
  }
}
