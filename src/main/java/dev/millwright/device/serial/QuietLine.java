package dev.millwright.device.serial;

import dev.millwright.device.LinkException;
import dev.millwright.settings.Durations;
import java.time.Duration;

/**
 * A serial line that knows how long it has been silent. All of a conversation's reading goes
 * through it.
 */
public final class QuietLine {

  /** What garbage on a line mostly comes from; for the end of a complaint. */
  public static final String NOISE = "noise, or another baud or parity";

  private static final Duration WRITE_WITHIN = Duration.ofSeconds(2);

  /** While bytes gather nobody asks for them, so that noise without end costs little. */
  private static final long GATHER_MILLIS = 1;

  private final SerialLine line;
  private final byte[] discarded = new byte[1_024];
  private long silentSince = System.nanoTime();

  /** Listens to an open line. */
  public QuietLine(SerialLine line) {
    this.line = line;
  }

  /** Takes what comes next, waiting for it at most until then; 0 when nothing came. */
  public int hear(byte[] buffer, long until) throws LinkException, InterruptedException {
    long left = Math.max(0, until - System.nanoTime());
    int count = line.read(buffer, Duration.ofNanos(left));
    if (count > 0) {
      silentSince = System.nanoTime();
    }
    return count;
  }

  /**
   * Takes what comes of a stream that nobody waits for byte by byte: after a piece the next call
   * comes a millisecond later at the earliest, so that a line that is full of noise does not take
   * the processor.
   */
  public int overhear(byte[] buffer, long until) throws LinkException, InterruptedException {
    int count = hear(buffer, until);
    if (count > 0) {
      Thread.sleep(GATHER_MILLIS);
    }
    return count;
  }

  /** Discards what comes until then. Nobody waits for any of it, so it is looked for seldom. */
  public void discard(long until) throws LinkException, InterruptedException {
    do {
      long left = Math.max(0, until - System.nanoTime());
      if (line.overhear(discarded, Duration.ofNanos(left)) > 0) {
        silentSince = System.nanoTime();
        Thread.sleep(GATHER_MILLIS);
      }
    } while (System.nanoTime() - until < 0);
  }

  /**
   * Discards what comes until nothing has for so long, however long ago that began.
   *
   * @param from silence before this does not count
   * @return false when the line was not silent for so long by {@code until}
   */
  public boolean silent(Duration silence, long from, long until)
      throws LinkException, InterruptedException {
    hear(discarded, System.nanoTime()); // what waits was not silence
    while (true) {
      long silentAt = later(silentSince, from) + silence.toNanos();
      if (System.nanoTime() - silentAt >= 0) {
        return true;
      }
      if (System.nanoTime() - until >= 0) {
        return false;
      }
      overhear(discarded, earlier(silentAt, until));
    }
  }

  /** Since when nothing came, as far as anybody listened. */
  public long silentSince() {
    return silentSince;
  }

  /** What was heard last arrived after this moment; it may have waited to be read. */
  public long arrivedAfter() {
    return line.arrivedAfter();
  }

  /** What to add where nothing came: why that may be, besides a dead machine; may be empty. */
  public String orDropped() {
    return line.orDropped();
  }

  /** Why no answer can be told from the rest, on a line that was not silent for so long. */
  public static String neverSilent(Duration silence) {
    return "the line is never silent for "
        + Durations.words(silence)
        + ": something talks unasked, or it is "
        + NOISE
        + ", so that no answer can be told from it";
  }

  /** Writes all bytes, within two seconds. */
  public void write(byte[] bytes) throws LinkException, InterruptedException {
    line.write(bytes, WRITE_WITHIN);
  }

  /** The later of two moments of the monotonic clock. */
  public static long later(long one, long other) {
    return one - other >= 0 ? one : other;
  }

  /** The earlier of two moments of the monotonic clock. */
  public static long earlier(long one, long other) {
    return one - other <= 0 ? one : other;
  }
}
