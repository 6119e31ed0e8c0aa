package dev.millwright.device;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The last that went over a link, for who asks why a machine is in the state that it is. It holds
 * {@value #FRAMES} frames at most, and {@value #BYTES} bytes of each. Safe for use by several
 * threads.
 */
public final class RecentFrames implements Tap {

  /** How many frames are kept. */
  public static final int FRAMES = 16;

  /** How many bytes of a frame are kept, and characters of what was told. */
  public static final int BYTES = 128;

  /**
   * What went one way without a change of direction.
   *
   * @param at when its first byte did
   * @param way {@code sent}, {@code received} or {@code told}
   * @param hex the first bytes, in hex without blanks; null for what was told
   * @param length how many bytes there were
   * @param words what was told; null for bytes
   */
  public record Frame(Instant at, String way, String hex, int length, String words) {}

  /** One that may still grow. */
  private static final class Kept {
    private static final byte[] NOTHING = {};

    private final Instant at;
    private final String way;
    private final Supplier<String> words;
    private byte[] bytes = NOTHING;
    private int length;

    Kept(Instant at, String way, Supplier<String> words) {
      this.at = at;
      this.way = way;
      this.words = words;
    }

    void add(byte[] more, int count) {
      int had = bytes.length;
      int room = Math.min(count, BYTES - had);
      bytes = Arrays.copyOf(bytes, had + room);
      System.arraycopy(more, 0, bytes, had, room);
      length += count;
    }

    Frame frame() {
      return words == null
          ? new Frame(at, way, HexFormat.of().formatHex(bytes), length, null)
          : new Frame(at, way, null, length, shortened(words.get()));
    }
  }

  private final InstantSource clock;
  private final Deque<Kept> frames = new ArrayDeque<>();

  public RecentFrames(InstantSource clock) {
    this.clock = clock;
  }

  /** The last ones, the oldest first. */
  public synchronized List<Frame> list() {
    return frames.stream().map(Kept::frame).toList();
  }

  @Override
  public synchronized void sent(byte[] bytes, int count) {
    begin("sent", null).add(bytes, count);
  }

  @Override
  public synchronized void received(byte[] bytes, int count) {
    // Lines bring a frame in pieces of whatever size.
    Kept last = frames.peekLast();
    boolean goesOn = last != null && last.way.equals("received") && last.length < BYTES;
    (goesOn ? last : begin("received", null)).add(bytes, count);
  }

  @Override
  public synchronized void told(Supplier<String> words) {
    Kept unused = begin("told", words);
  }

  @Override
  public synchronized void told(int count, IntFunction<Supplier<String>> each) {
    for (int i = Math.max(0, count - FRAMES); i < count; i++) {
      told(each.apply(i));
    }
  }

  private static String shortened(String words) {
    return words.length() <= BYTES ? words : words.substring(0, BYTES) + "…";
  }

  private Kept begin(String way, Supplier<String> words) {
    if (frames.size() == FRAMES) {
      frames.removeFirst();
    }
    Kept begun = new Kept(clock.instant(), way, words);
    frames.addLast(begun);
    return begun;
  }
}
