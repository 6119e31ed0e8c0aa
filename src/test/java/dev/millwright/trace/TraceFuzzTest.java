package dev.millwright.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millwright.runtime.Teller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.junit.jupiter.api.BeforeAll;

/** Whatever stands in a file that somebody hands on: a trace, or the first line that is none. */
class TraceFuzzTest {

  /** What a good trace begins with. */
  private static final byte[] BEGINNING =
      """
      {"millwright_trace":1,"settings":{"serial_number":"M","stale_after":"PT5S","lifecycle":{\
      "state":{"tag":"s","idle":["0"],"processing":["1"],"complete":["3"],"stopped":["4"],\
      "error":["9"],"offline":["7"]},"recipe":"r","fault":"f","counter":"c"}}}
      {"state":{"at":{"wall":"2026-11-20T12:00:00Z","nanos":0},"known":{"machine":"M",\
      "row_id":"00000000-0000-0000-0000-000000000000","state":{"seq":0,"status":"offline",\
      "since":"2026-11-20T12:00:00Z"},"memory":{"in_doubt":true}}}}
      """
          .getBytes(UTF_8);

  private static final Teller NOBODY =
      new Teller() {
        @Override
        public void info(String line) {}

        @Override
        public void warn(String line) {}
      };

  /**
   * The first reading loads hundreds of classes, which are looked into when fuzzed: no slow input.
   */
  @BeforeAll
  static void load() throws IOException {
    check(new ByteArrayInputStream(BEGINNING), count(BEGINNING));
  }

  @FuzzTest
  void files(byte[] bytes) throws IOException {
    check(new ByteArrayInputStream(bytes), count(bytes));
  }

  /** What follows on a good beginning, so that most inputs come as far as to be decided upon. */
  @FuzzTest
  void continuations(byte[] bytes) throws IOException {
    check(
        new SequenceInputStream(
            new ByteArrayInputStream(BEGINNING), new ByteArrayInputStream(bytes)),
        count(BEGINNING) + count(bytes));
  }

  private static void check(InputStream in, long lines) throws IOException {
    TraceException refused;
    try (TraceReader reader = new TraceReader(in)) {
      TraceReplay.Result result =
          new TraceReplay(reader, reader.header().settings(), NOBODY, (at, transition) -> {}).run();
      assertTrue(result.steps() <= lines, "steps: " + result.steps());
      assertTrue(result.differing() <= result.steps(), "differing: " + result.differing());
      refused = result.unreadable();
    } catch (TraceException e) {
      assertEquals(1, e.line());
      refused = e;
    }
    if (refused != null) {
      String words = refused.getMessage();
      assertTrue(words.startsWith("line " + refused.line() + ": "), words);
      assertTrue(refused.line() >= 1 && refused.line() <= Math.max(1, lines), words);
    }
  }

  /** The last one may have no end. */
  private static long count(byte[] bytes) {
    long lines = bytes.length > 0 && bytes[bytes.length - 1] != '\n' ? 1 : 0;
    for (byte each : bytes) {
      lines += each == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** What has been read is written so that the same is read again. */
  @FuzzTest
  void lines(byte[] bytes) {
    Line line;
    try {
      line = TraceJson.parse(new String(bytes, UTF_8), Line.class);
    } catch (RuntimeException e) {
      return; // that it is refused in words is shown above
    }
    String written = TraceJson.of(line);
    assertEquals(line, TraceJson.parse(written, Line.class), written);
    assertTrue(written.indexOf('\n') < 0, written);
  }
}
