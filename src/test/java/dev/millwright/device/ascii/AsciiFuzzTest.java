package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whatever a machine, a wire or a stranger says: no exception, no hang, and never half a value. */
class AsciiFuzzTest {

  /** Each piece has all looked at again, so many small ones would only cost time. */
  private static final int MOST_PIECES = 50;

  private static final List<String> TERMINATORS = List.of("\n", "\r\n", "\r", "ENDE\r", "aab");

  private static final List<AsciiCommand> COMMANDS =
      Stream.of("\r\n", ";", "\r", "#!")
          .map(end -> new AsciiTagSettings(null, null, "GO {value}" + end, "OK\r", null))
          .map(settings -> settings.tag("t").command())
          .toList();

  /** Patterns as the reference page has them, with and without an end, and greedy ones. */
  private static final List<String> PATTERNS =
      List.of(
          "STATE=(\\w+);",
          "S=(\\d+)",
          "RECIPE=([^;]*);",
          "(?:OK|ERR)([^\r]*)\r",
          "^\\$SAW,(\\d+),",
          "C=0*(\\d+)(?:\\.\\d+)?\r",
          "B(x)?;",
          "(.*)\r");

  /** Made once: what is tried is what comes, not what a file says. */
  private static final List<AsciiTag> ASKED = tags("Q");

  private static final List<AsciiTag> HEARD = tags(null);

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static List<AsciiTag> tags(String query) {
    return IntStream.range(0, PATTERNS.size())
        .mapToObj(i -> new AsciiTag("t" + i, query, Pattern.compile(PATTERNS.get(i))))
        .toList();
  }

  /** A line is the same in whatever pieces it comes, and bounded. */
  @FuzzTest
  void lines(FuzzedDataProvider data) {
    String terminator = data.pickValue(TERMINATORS);
    int seed = data.consumeInt();
    byte[] bytes = data.consumeRemainingAsBytes();
    List<String> whole = new LineSplitter(terminator).add(bytes, bytes.length);
    LineSplitter splitter = new LineSplitter(terminator);
    List<String> pieces = new ArrayList<>();
    for (byte[] piece : pieces(bytes, seed)) {
      pieces.addAll(splitter.add(piece, piece.length));
    }
    assertEquals(whole, pieces);
    String all = new String(bytes, ISO_8859_1);
    for (String line : whole) {
      assertTrue(
          line.equals(LineSplitter.TOO_LONG)
              || (line.length() <= LineSplitter.MAX_BYTES
                  && line.endsWith(terminator)
                  && all.contains(line)),
          line);
    }
  }

  /** What is complete stays so in other pieces, and a value is a part of what came. */
  @FuzzTest
  void replies(FuzzedDataProvider data) {
    List<AsciiTag> tags = new ArrayList<>();
    int count = data.consumeInt(1, 3);
    for (int i = 0; i < count; i++) {
      tags.add(data.pickValue(ASKED));
    }
    int seed = data.consumeInt();
    byte[] bytes = data.consumeRemainingAsBytes();
    ReplyFrame whole = new ReplyFrame(tags);
    ReplyFrame.State state = whole.add(bytes, bytes.length);
    ReplyFrame cut = new ReplyFrame(tags);
    for (byte[] piece : pieces(bytes, seed)) {
      cut.add(piece, piece.length);
    }
    if (bytes.length <= ReplyFrame.MAX_BYTES) {
      assertEquals(bytes.length == 0 ? ReplyFrame.State.INCOMPLETE : state, cut.state());
    }
    if (state != ReplyFrame.State.COMPLETE) {
      assertTrue(whole.problem().length() < 1_000, whole.problem());
      return;
    }
    String all = new String(bytes, ISO_8859_1);
    for (TagValue value : whole.values().values()) {
      assertTrue(!(value.value() instanceof String text) || all.contains(text), value.toString());
    }
  }

  /** A machine that talks unasked, in lines as they are cut out of the stream. */
  @FuzzTest
  void heard(FuzzedDataProvider data) {
    HeardMachine machine =
        new HeardMachine(
            new AsciiMachine(
                "M",
                Duration.ofSeconds(5),
                SECOND,
                SECOND,
                SECOND,
                "\n",
                List.of(HEARD.get(data.consumeInt(0, 3)), HEARD.get(data.consumeInt(4, 7)))));
    byte[] bytes = data.consumeRemainingAsBytes();
    long now = 0;
    for (String line : new LineSplitter("\n").add(bytes, bytes.length)) {
      now += 1_000_000;
      machine.hears(line, now, now);
      Observation seen = machine.observation(now);
      assertEquals(2, seen.values().size());
    }
  }

  /** A number is the one that its digits say; everything else stays the text that it is. */
  @FuzzTest
  void values(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    Object value = AsciiValue.of(text).value();
    if (value instanceof Long number) {
      assertEquals(text.strip().replaceFirst("^\\+|^-(?=0$)", ""), number.toString());
    } else if (value instanceof Double number) {
      assertEquals(0, Double.compare(number, Double.parseDouble(text.strip())));
    } else {
      assertEquals(text.strip(), value);
    }
  }

  /** What a database says is to be written: refused, or one command and nothing behind it. */
  @FuzzTest
  void commands(FuzzedDataProvider data) {
    AsciiCommand command = data.pickValue(COMMANDS);
    String end = command.write().substring(command.write().indexOf('}') + 1);
    String value = data.consumeRemainingAsString();
    if (command.refusal(value) == null) {
      String filled = command.filled(value);
      assertEquals(filled.length() - end.length(), filled.indexOf(end));
      String before = filled.substring(0, filled.length() - end.length());
      assertTrue(before.chars().noneMatch(Character::isISOControl), before);
    }
  }

  /** The same bytes in pieces of sizes that the seed decides. */
  private static List<byte[]> pieces(byte[] bytes, int seed) {
    List<byte[]> pieces = new ArrayList<>();
    int at = 0;
    for (int state = seed;
        at < bytes.length && pieces.size() < MOST_PIECES;
        state = state * 31 + 7) {
      int end = Math.min(bytes.length, at + 1 + Math.floorMod(state, 40));
      pieces.add(Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
    pieces.add(Arrays.copyOfRange(bytes, at, bytes.length));
    return pieces;
  }
}
