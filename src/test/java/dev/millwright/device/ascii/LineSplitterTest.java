package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {

  /** FIELD 17. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 100})
  void pieces_of_every_size_make_the_same_lines(int size) {
    String stream = "alf\r\none\r\ntwo\r\n\r\nthree\r\nfou";
    List<String> lines = new ArrayList<>();
    LineSplitter splitter = new LineSplitter("\r\n");
    for (int at = 0; at < stream.length(); at += size) {
      lines.addAll(add(splitter, stream.substring(at, Math.min(at + size, stream.length()))));
    }
    assertEquals(List.of("one\r\n", "two\r\n", "\r\n", "three\r\n"), lines);
  }

  /** Half a line can match a pattern as well as a whole one: "17" is then taken for "117". */
  @Test
  void what_comes_before_the_first_terminator_may_be_half_a_line_and_is_dropped() {
    assertEquals(List.of("118\n"), add(new LineSplitter("\n"), "17\n118\n"));
  }

  /** I8. */
  @ParameterizedTest
  @ValueSource(ints = {4_096, 4_097, 10_000, 100_000})
  void of_an_over_long_line_only_that_is_left(int length) {
    LineSplitter splitter = new LineSplitter("\r\n");
    String tooLong = "x".repeat(length);
    assertEquals(
        List.of(LineSplitter.TOO_LONG, "after\r\n"),
        add(splitter, "\r\n" + tooLong + "\r\nafter\r\n").stream().distinct().toList());
  }

  /** I8: noise has no terminator, and would be waited out for ever. */
  @Test
  void noise_without_end_is_told_again_and_again() {
    assertEquals(
        List.of(LineSplitter.TOO_LONG, LineSplitter.TOO_LONG),
        add(new LineSplitter("\n"), "x".repeat(2 * LineSplitter.MAX_BYTES)));
  }

  @Test
  void a_line_of_just_the_limit_is_kept() {
    String line = "x".repeat(LineSplitter.MAX_BYTES - 2) + "\r\n";
    assertEquals(List.of(line), add(new LineSplitter("\r\n"), "\r\n" + line));
  }

  private static List<String> add(LineSplitter splitter, String piece) {
    byte[] bytes = piece.getBytes(ISO_8859_1);
    return splitter.add(bytes, bytes.length);
  }
}
