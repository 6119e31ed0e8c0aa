package dev.millwright.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.device.RecentFrames.Frame;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** I8: what went over a link is kept within bounds, however it comes. */
class RecentFramesTest {

  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

  private final RecentFrames frames = new RecentFrames(() -> NOW);

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), US_ASCII);
  }

  private List<String> words() {
    return frames.list().stream()
        .map(
            frame ->
                frame.way()
                    + " "
                    + (frame.words() == null ? text(frame.hex()) : frame.words())
                    + " "
                    + frame.length())
        .toList();
  }

  /** Of a buffer only the first bytes are meant. */
  @Test
  void piecesOfAnAnswerAreOneFrame() {
    frames.sent(bytes("Q1\r"), 3);
    frames.received(bytes("S=x"), 2);
    frames.received(bytes("RUN;"), 4);
    frames.sent(bytes("Q2\r"), 3);
    frames.sent(bytes("Q2\r"), 3);
    frames.told(() -> "state 3 good");
    assertEquals(
        List.of(
            "sent Q1\r 3",
            "received S=RUN; 6",
            "sent Q2\r 3",
            "sent Q2\r 3",
            "told state 3 good 0"),
        words());
    assertEquals(NOW, frames.list().get(0).at());
  }

  @Test
  void aLongFrameIsCutAndItsLengthKept() {
    byte[] much = new byte[300];
    frames.received(much, 100);
    frames.received(much, 300);
    Frame frame = frames.list().get(0);
    assertEquals(2 * RecentFrames.BYTES, frame.hex().length());
    assertEquals(400, frame.length());
    frames.told(() -> "x".repeat(500));
    assertEquals(RecentFrames.BYTES + 1, frames.list().get(1).words().length());
  }

  /** Each value that is read tells something, and hardly anybody ever asks. */
  @Test
  void whatWasToldIsPutIntoWordsOnlyForWhoeverAsks() {
    AtomicInteger made = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      frames.told(() -> "value " + made.incrementAndGet());
    }
    assertEquals(0, made.get());
    assertEquals(RecentFrames.FRAMES, frames.list().size());
    assertEquals(RecentFrames.FRAMES, made.get());
  }

  /** Of many values that come at once, only those are looked at that are kept. */
  @Test
  void ofManyThatComeAtOnceTheLastAreKept() {
    AtomicInteger asked = new AtomicInteger();
    frames.told(
        1_000,
        nth -> {
          asked.incrementAndGet();
          return () -> "value " + nth;
        });
    assertEquals(RecentFrames.FRAMES, asked.get());
    assertEquals("value 984", frames.list().get(0).words());
    assertEquals("value 999", frames.list().get(RecentFrames.FRAMES - 1).words());
    frames.told(1, nth -> () -> "another");
    assertEquals("value 985", frames.list().get(0).words());
  }

  @Test
  void onlyTheLastOnesStay() {
    for (int i = 0; i < 1_000; i++) {
      frames.sent(new byte[] {(byte) i}, 1);
      frames.received(new byte[200], 200);
      frames.received(new byte[200], 200);
    }
    assertEquals(RecentFrames.FRAMES, frames.list().size());
  }
}
