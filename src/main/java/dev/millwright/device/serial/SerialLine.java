package dev.millwright.device.serial;

import dev.millwright.device.LinkException;
import dev.millwright.device.Tap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One serial port, held exclusively while open. It belongs to one thread; only {@link #close()} may
 * come from another, and makes a read or write under way end with a {@link LinkException} soon.
 *
 * <p>Every call is bounded. The native library's time-outs come in steps of 100 ms and its writes
 * have none, so short waits poll, and writes run on a thread of their own.
 */
public final class SerialLine implements AutoCloseable {

  private static final long NATIVE_READ_NANOS =
      TimeUnit.MILLISECONDS.toNanos(NativePort.READ_MILLIS);

  /** How long {@link #close()} waits for a driver that hangs. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  /** Each costs a file descriptor and two threads until its driver lets go. */
  private static final int MAX_HANGING = 3;

  /** What the kernel keeps of what nobody takes (n_tty), in bits on the wire. */
  private static final int KEPT_BITS = 4_096 * 10;

  /** Start, eight of data, parity and two to stop. */
  private static final long CHARACTER_BITS = 12;

  /** How much of the time in which that much can come may pass before it is taken. */
  private static final double SOON_ENOUGH = 0.7;

  /** Faster lines lose what nobody waits for. */
  private static final long OVERHEAR_LEAST = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long OVERHEAR_MOST = TimeUnit.SECONDS.toNanos(1);

  /** From one look for bytes that somebody waits for to the next. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

  /** The shortest sleep, at the end of a wait. */
  private static final long LOOK_LEAST = TimeUnit.MICROSECONDS.toNanos(100);

  /** How often an idle port's device node is looked for: some drivers report no unplugging. */
  private static final long PRESENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Longer waits than this are cut to it, so that sums of times cannot overflow. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final PortSettings settings;
  private final Tap tap;

  /** Closings that have not ended, the oldest first. */
  private final List<Closing> closings = new ArrayList<>();

  private volatile NativePort port;
  private volatile PortWriter writer;
  private long presenceCheckedAt;

  /** When nothing was waiting to be read; the reading thread's. */
  private long emptyAt;

  private long arrivedAfter;

  public SerialLine(PortSettings settings) {
    this(settings, Tap.NONE);
  }

  /**
   * The same with a listener.
   *
   * @param tap hears every byte
   */
  public SerialLine(PortSettings settings, Tap tap) {
    this.settings = settings;
    this.tap = tap;
  }

  /**
   * Opens the port; a link such as a by-id name is followed anew each time, so that a replugged
   * adapter is found. What had arrived before is discarded.
   *
   * @throws LinkException when it cannot be opened: absent, no permission, busy, not a serial port;
   *     or when earlier closings hang: of the same device, or of three others
   */
  public synchronized void open() throws LinkException {
    if (port != null) {
      throw new IllegalStateException(settings.port() + " is already open");
    }
    Path device = device();
    refuseWhatHangs(device);
    refuse(PortProblem.locked(HostFiles.THIS, device));
    NativePort opened = NativePort.open(settings, device);
    presenceCheckedAt = System.nanoTime();
    emptyAt = presenceCheckedAt;
    writer = new PortWriter(settings.port(), opened);
    port = opened;
  }

  /**
   * Writes all bytes.
   *
   * @param within the limit; where it is exceeded, half a second more goes into ending the write
   * @throws LinkException when the port has vanished, or did not take the bytes in time
   */
  public void write(byte[] bytes, Duration within) throws LinkException, InterruptedException {
    if (port == null) {
      throw problem("is closed");
    }
    tap.sent(bytes, bytes.length);
    writer.write(bytes, within);
  }

  /**
   * Waits for bytes and returns the first that come, in pieces of whatever size the line makes.
   *
   * @param atMost how long to wait; zero only takes what is there
   * @return how many bytes; 0 when the time passed
   * @throws LinkException when the port has vanished or was closed
   */
  public int read(byte[] buffer, Duration atMost) throws LinkException, InterruptedException {
    return read(buffer, atMost, true);
  }

  /**
   * The same where nobody waits for the bytes: it looks as seldom as the kernel keeps them, four
   * times a second at most, and once at the end of the time. Each look costs about as much as a
   * sleep.
   */
  int overhear(byte[] buffer, Duration atMost) throws LinkException, InterruptedException {
    return read(buffer, atMost, false);
  }

  private int read(byte[] buffer, Duration atMost, boolean soon)
      throws LinkException, InterruptedException {
    long deadline = System.nanoTime() + shorter(atMost, LONGEST_WAIT).toNanos();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      NativePort open = port;
      if (open == null) {
        throw problem("is closed");
      }
      long left = deadline - System.nanoTime();
      long began = System.nanoTime();
      int count = open.read(buffer, soon && left >= NATIVE_READ_NANOS);
      if (count > 0) {
        tap.received(buffer, count);
        arrivedAfter = emptyAt;
      }
      if (count < buffer.length) {
        emptyAt = began;
      }
      if (count > 0) {
        return count;
      }
      checkPresence(open);
      if (left <= 0) {
        return 0;
      }
      // Also after a native wait: on some devices it returns at once (jSerialComm #575).
      long rest = deadline - System.nanoTime();
      LockSupport.parkNanos(Math.max(LOOK_LEAST, Math.min(soon ? LOOK : overhearNanos(), rest)));
    }
  }

  /**
   * What was read last arrived after this moment, in nanoseconds of the monotonic clock: nothing
   * was waiting then. It may have waited since, if this process or the host stood still.
   */
  public long arrivedAfter() {
    return arrivedAfter;
  }

  /** How long so many characters take on the wire, with all bits that there may be around one. */
  public Duration characters(int count) {
    return Duration.ofNanos(TimeUnit.SECONDS.toNanos(count * CHARACTER_BITS) / settings.baud());
  }

  /** For the end of "nothing came": with parity, a wrong one makes every character vanish. */
  String orDropped() {
    return settings.parity() == Parity.NONE
        ? ""
        : ", or only characters with a wrong parity, which are dropped: is parity "
            + settings.parity().name().toLowerCase(Locale.ROOT)
            + " right?";
  }

  /**
   * Closes the port, waiting at most two seconds. A driver that hangs is left to a thread of its
   * own; until that ends, {@link #open()} of the same device says so.
   */
  @Override
  public synchronized void close() {
    NativePort open = port;
    if (open == null) {
      return;
    }
    port = null;
    writer.end();
    Closing closing = Closing.start(open);
    closings.add(closing);
    closing.await(CLOSE_WITHIN);
  }

  private Path device() throws LinkException {
    Path named = Path.of(settings.port());
    refuse(PortProblem.before(named));
    try {
      return named.toRealPath();
    } catch (IOException e) {
      throw new LinkException(settings.port() + ": cannot be resolved: " + e.getMessage(), e);
    }
  }

  private void refuse(String wrong) throws LinkException {
    if (wrong != null) {
      throw problem(wrong);
    }
  }

  private void refuseWhatHangs(Path device) throws LinkException {
    closings.removeIf(Closing::isOver);
    for (Closing closing : closings) {
      if (closing.device().equals(device)) {
        throw problem(
            "closing it has hung for " + closing.seconds() + " s: unplug the adapter, or restart");
      }
    }
    if (closings.size() >= MAX_HANGING) {
      throw problem(
          "closing its last "
              + MAX_HANGING
              + " devices hangs, "
              + closings.get(0).device()
              + " for "
              + closings.get(0).seconds()
              + " s, so that no further one is opened: restart Millwright, or the host");
    }
  }

  private void checkPresence(NativePort open) throws LinkException {
    long now = System.nanoTime();
    if (now - presenceCheckedAt < PRESENCE_NANOS) {
      return;
    }
    presenceCheckedAt = now;
    if (!PortProblem.present(open.device())) {
      throw open.vanished("its device " + open.device() + " is gone");
    }
  }

  private long overhearNanos() {
    long full = (long) (SOON_ENOUGH * TimeUnit.SECONDS.toNanos(KEPT_BITS) / settings.baud());
    return Math.max(OVERHEAR_LEAST, Math.min(full, OVERHEAR_MOST));
  }

  private LinkException problem(String words) {
    return new LinkException(settings.port() + ": " + words);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
