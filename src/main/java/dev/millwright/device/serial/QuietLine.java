package dev.millwright.device.serial;

import dev.millwright.device.LinkException;
import java.time.Duration;

/**
 * A serial line that knows how long it has been silent. All of a conversation's reading goes
 * through it.
 */
public final class QuietLine {

  private static final Duration WRITE_WITHIN = Duration.ofSeconds(2);

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

  /** Discards what comes until then. */
  public void discard(long until) throws LinkException, InterruptedException {
    do {
      hear(discarded, until);
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
      hear(discarded, earlier(silentAt, until));
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
