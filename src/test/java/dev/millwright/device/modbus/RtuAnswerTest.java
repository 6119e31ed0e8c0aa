package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Frames.frame;
import static dev.millwright.device.modbus.Frames.hex;
import static dev.millwright.device.modbus.Frames.join;
import static dev.millwright.device.modbus.Frames.registers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is an answer among what comes on a line. Unit 17 is asked for holding:107 to 109. */
class RtuAnswerTest {

  private static final ReadRequest REQUEST = new ReadRequest(17, Table.HOLDING, 107, 3);
  private static final byte[] ANSWER = registers(17, 3, 0xae41, 0x5652, 0x4340);

  /** The frame of the widely used example, with its known checksum. */
  @Test
  void a_request_is_framed_as_the_standard_says() {
    assertArrayEquals(hex("11 03 00 6b 00 03 76 87"), RtuAnswer.frame(REQUEST));
  }

  /** FIELD 15, 17: pieces of every size, with noise of every length around. */
  @Test
  void an_answer_is_found_in_pieces_of_every_size_wherever_it_begins() {
    Random random = new Random(1);
    for (int before = 0; before < 12; before++) {
      byte[] noise = new byte[before];
      random.nextBytes(noise);
      byte[] all = join(noise, ANSWER, noise);
      for (int piece = 1; piece <= all.length; piece++) {
        RtuAnswer answer = answer(piece, all);
        assertEquals(1, answer.answers(), "noise of " + before + ", pieces of " + piece);
        assertEquals(data("ae 41 56 52 43 40"), answer.reply());
      }
    }
  }

  @Test
  void an_answer_that_is_cut_is_none_at_any_length() {
    for (int length = 0; length < ANSWER.length; length++) {
      assertEquals(0, answer(3, Arrays.copyOf(ANSWER, length)).answers());
    }
  }

  /** FIELD 15: every single byte that arrives as another is noticed. */
  @Test
  void a_damaged_answer_is_none() {
    for (int at = 0; at < ANSWER.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = ANSWER.clone();
        damaged[at] ^= (byte) (1 << bit);
        assertEquals(0, answer(100, damaged).answers(), at + "." + bit);
      }
    }
  }

  /** The library makes -125 of exception 0x83 02. */
  @Test
  void an_exception_is_its_code() {
    RtuAnswer answer = answer(1, frame(17, 0x83, 2));
    assertEquals(1, answer.answers());
    assertEquals(new Reply.Refused(2), answer.reply());
  }

  /** FIELD 16: unit, function and length are checked. */
  @ParameterizedTest
  @CsvSource({
    "18 03 06 00 01 00 02 00 03, 'unit 24 answered with function 3 and 6 bytes'",
    "11 04 06 00 01 00 02 00 03, 'unit 17 answered with function 4 and 6 bytes'",
    "11 03 04 00 01 00 02,       'unit 17 answered with function 3 and 4 bytes'",
    "11 84 02,                   'unit 17 answered with function 132,'",
  })
  void another_answer_is_not_taken_and_is_told(String body, String told) {
    int[] bytes = new int[hex(body).length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = hex(body)[i] & 0xff;
    }
    RtuAnswer answer = answer(2, frame(bytes));
    assertEquals(0, answer.answers());
    assertTrue(answer.problem().startsWith(told), answer.problem());
  }

  @Test
  void what_came_instead_is_told() {
    assertEquals("nothing came", answer(1, new byte[0]).problem());
    assertEquals(
        "no whole frame with the right checksum came; noise, or another baud or parity: 11 03 ff",
        answer(1, hex("11 03 ff")).problem());
    assertTrue(
        answer(1, RtuAnswer.frame(REQUEST)).problem().startsWith("only the request itself"),
        "a two-wire adapter that hears itself");
    assertEquals(1, answer(1, join(RtuAnswer.frame(REQUEST), ANSWER)).answers(), "behind an echo");
    assertTrue(answer(9, join(ANSWER, ANSWER)).problem().startsWith("two answers came"));
  }

  /** I8. */
  @Test
  void noise_without_end_is_bounded() {
    RtuAnswer answer = answer(500, new byte[RtuAnswer.MAX_BYTES + 700]);
    assertTrue(answer.isFull());
    assertTrue(answer.problem().contains("more than 4096 bytes"), answer.problem());
  }

  private static RtuAnswer answer(int piece, byte[] bytes) {
    RtuAnswer answer = new RtuAnswer(REQUEST);
    for (int at = 0; at < bytes.length; at += piece) {
      byte[] next = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
      answer.add(next, next.length);
    }
    return answer;
  }

  private static Reply data(String hex) {
    return new Reply.Data(ByteBuffer.wrap(hex(hex)));
  }
}
