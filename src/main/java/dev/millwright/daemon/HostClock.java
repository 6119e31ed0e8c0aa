package dev.millwright.daemon;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the kernel knows of the host's clock, whichever program keeps it: chrony, ntpd, ptp4l or
 * systemd-timesyncd (decision 0128). Linux on amd64, arm64 and arm. Changes nothing.
 */
public final class HostClock {

  /** The part of libc that it takes; it throws on an error, with errno. */
  private static final class Libc {
    static {
      Native.register(Libc.class, "c");
    }

    static native int adjtimex(byte[] timex) throws LastErrorException;
  }

  /**
   * The largest error that the kernel counts to (NTP_PHASE_LIMIT): it begins there, and comes back
   * to it at 0.5 ms a second while nobody says otherwise, within 9 hours.
   */
  private static final Duration UNSYNCHRONISED = Duration.ofSeconds(16);

  /** More than struct timex has anywhere: 208 bytes with long words, else 128. */
  private static final int MOST_BYTES = 256;

  /** Kept by systemd-timesyncd: the file is there once it has synchronised the clock. */
  private static final Path TIMESYNC = Path.of("/run/systemd/timesync");

  private HostClock() {}

  /**
   * Whether some program keeps the clock; null when that is not known.
   *
   * <p>The error decides, as for timedatectl, and not the bit STA_UNSYNC: chrony leaves that set
   * where it is not to set the hardware's clock (rtcsync).
   */
  public static Boolean isSynchronized() {
    Duration error = largestError();
    if (error != null) {
      return error.compareTo(UNSYNCHRONISED) < 0;
    }
    return Files.isDirectory(TIMESYNC) ? Files.exists(TIMESYNC.resolve("synchronized")) : null;
  }

  /**
   * How wrong the clock may be at most, as the kernel was told and has counted on since.
   *
   * @return null where it cannot be asked, as in a service with ProtectClock=
   */
  public static Duration largestError() {
    byte[] timex = new byte[MOST_BYTES];
    try {
      // With modes = 0, its first word, nothing is set (adjtimex(2)).
      int unused = Libc.adjtimex(timex);
    } catch (LastErrorException | LinkageError e) {
      return null;
    }
    // Behind modes, offset and freq, each in a long word: microseconds.
    ByteBuffer words = ByteBuffer.wrap(timex).order(ByteOrder.nativeOrder());
    int at = 3 * Native.LONG_SIZE;
    long micros = Native.LONG_SIZE == Long.BYTES ? words.getLong(at) : words.getInt(at);
    return Duration.ofNanos(Math.multiplyExact(micros, 1_000));
  }
}
