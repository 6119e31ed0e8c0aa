package dev.millwright.device.serial;

import com.fazecast.jSerialComm.SerialPort;
import dev.millwright.device.LinkException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One serial port, held exclusively while open. It belongs to one thread; only {@link #close()} may
 * come from another, and makes a read or write under way end with a {@link LinkException} soon.
 *
 * <p>Every call is bounded. The native library's time-outs come in steps of 100 ms and its writes
 * have none, so short waits poll, and writes run on a thread of their own.
 *
 * <p>A port is never closed under a native call of ours: the call would go on with a file
 * descriptor that the system may already have given to another file.
 */
public final class SerialLine implements AutoCloseable {

  /** The native read's own time-out; the smallest that termios knows. */
  private static final int NATIVE_READ_MILLIS = 100;

  private static final long NATIVE_READ_NANOS = TimeUnit.MILLISECONDS.toNanos(NATIVE_READ_MILLIS);

  /** How long {@link #close()} waits for a driver that hangs (jSerialComm #266, #299, #471). */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  /** How often an idle port's device node is looked for: some drivers report no unplugging. */
  private static final long PRESENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Longer waits than this are cut to it, so that sums of times cannot overflow. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** The library keeps the errno of a failed opening in one place for all ports. */
  private static final Object OPENING = new Object();

  private final PortSettings settings;

  /** Held around each native call on an open port. */
  private final ReentrantLock inNative = new ReentrantLock();

  private volatile SerialPort port;
  private Path device;
  private ExecutorService writer;
  private Thread closer;
  private long closingSince;
  private long presenceCheckedAt;

  /** When nothing was waiting to be read; the reading thread's. */
  private long emptyAt;

  private long arrivedAfter;

  public SerialLine(PortSettings settings) {
    this.settings = settings;
  }

  /**
   * Opens the port; a link such as a by-id name is followed anew each time, so that a replugged
   * adapter is found. What had arrived before is discarded.
   *
   * @throws LinkException when it cannot be opened: absent, no permission, busy, not a serial port
   */
  public synchronized void open() throws LinkException {
    if (port != null) {
      throw new IllegalStateException(settings.port() + " is already open");
    }
    if (closer != null && closer.isAlive()) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - closingSince);
      throw problem("closing it has hung for " + seconds + " s: unplug the adapter, or restart");
    }
    Path resolved = resolve();
    String locked = PortProblem.locked(HostFiles.THIS, resolved);
    if (locked != null) {
      throw problem(locked);
    }
    SerialPort opened = nativePort(resolved);
    synchronized (OPENING) {
      if (!opened.openPort()) {
        throw problem(
            PortProblem.refused(HostFiles.THIS, resolved, opened.getLastErrorCode()));
      }
    }
    device = resolved;
    presenceCheckedAt = System.nanoTime();
    emptyAt = presenceCheckedAt;
    writer = Executors.newSingleThreadExecutor(work -> daemon(work, "write " + resolved));
    port = opened;
  }

  /**
   * Writes all bytes.
   *
   * @param within the limit; where it is exceeded, half a second more goes into ending the write
   * @throws LinkException when the port has vanished, or did not take the bytes in time
   */
  public void write(byte[] bytes, Duration within) throws LinkException, InterruptedException {
    Future<Integer> writing;
    if (port == null) {
      throw closed();
    }
    try {
      writing = writer.submit(() -> writeNow(bytes));
    } catch (RejectedExecutionException e) {
      throw closed();
    }
    int written;
    try {
      written = writing.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      release();
      throw new LinkException(
          settings.port()
              + ": did not take "
              + bytes.length
              + " bytes within "
              + within.toMillis()
              + " ms; nothing takes them from the line",
          e);
    } catch (ExecutionException e) {
      throw new LinkException(settings.port() + ": writing failed: " + e.getCause(), e);
    }
    if (written != bytes.length) {
      throw port == null ? closed() : vanished("writing failed");
    }
  }

  /**
   * Waits for bytes and returns the first that come, in pieces of whatever size the line makes.
   *
   * @param atMost how long to wait; zero only takes what is there
   * @return how many bytes; 0 when the time passed
   * @throws LinkException when the port has vanished or was closed
   */
  public int read(byte[] buffer, Duration atMost) throws LinkException, InterruptedException {
    long deadline = System.nanoTime() + shorter(atMost, LONGEST_WAIT).toNanos();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      long left = deadline - System.nanoTime();
      long began = System.nanoTime();
      int count = readNow(buffer, left >= NATIVE_READ_NANOS);
      if (count > 0) {
        arrivedAfter = emptyAt;
      }
      if (count < buffer.length) {
        emptyAt = began;
      }
      if (count > 0) {
        return count;
      }
      checkPresence();
      if (left <= 0) {
        return 0;
      }
      // Also after a native wait: on some devices it returns at once (jSerialComm #575).
      Thread.sleep(1);
    }
  }

  /**
   * What was read last arrived after this moment, in nanoseconds of the monotonic clock: nothing
   * was waiting then. It may have waited since, if this process or the host stood still.
   */
  public long arrivedAfter() {
    return arrivedAfter;
  }

  /**
   * Closes the port, waiting at most two seconds. A driver that hangs is left to a thread of its
   * own; until that ends, {@link #open()} says so.
   */
  @Override
  public synchronized void close() {
    SerialPort closing = port;
    if (closing == null) {
      return;
    }
    port = null;
    writer.shutdown();
    closingSince = System.nanoTime();
    closer = daemon(() -> closeNow(closing), "close " + device);
    closer.start();
    awaitCloser();
  }

  private Path resolve() throws LinkException {
    Path named = Path.of(settings.port());
    String wrong = PortProblem.before(named);
    if (wrong != null) {
      throw problem(wrong);
    }
    try {
      return named.toRealPath();
    } catch (IOException e) {
      throw new LinkException(settings.port() + ": cannot be resolved: " + e.getMessage(), e);
    }
  }

  private SerialPort nativePort(Path resolved) throws LinkException {
    NativeLibrary.load(settings.port());
    SerialPort fresh = SerialPort.getCommPort(resolved.toString());
    // UARTs make two stop bits 1.5 long for five data bits; the library knows no other 1.5.
    int stopBits =
        settings.stopBits() == StopBits.ONE ? SerialPort.ONE_STOP_BIT : SerialPort.TWO_STOP_BITS;
    fresh.setComPortParameters(
        settings.baud(), settings.dataBits(), stopBits, settings.parity().code());
    fresh.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    fresh.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, NATIVE_READ_MILLIS, 0);
    fresh.flushIOBuffers(); // on a closed port: flush when it opens
    apply(settings.rs485(), fresh);
    return fresh;
  }

  private static void apply(Rs485 rs485, SerialPort port) {
    if (rs485 == null) {
      // Else the library would switch off what the device tree switched on.
      port.disableRs485ModeControl();
      return;
    }
    port.setRs485ModeParameters(
        true,
        rs485.activeHigh(),
        rs485.termination(),
        rs485.receiveDuringTransmit(),
        Math.toIntExact(rs485.delayBefore().toNanos() / 1_000),
        Math.toIntExact(rs485.delayAfter().toNanos() / 1_000));
  }

  private int readNow(byte[] buffer, boolean wait) throws LinkException {
    inNative.lock();
    try {
      SerialPort open = port;
      if (open == null) {
        throw closed();
      }
      int count = wait ? 1 : open.bytesAvailable();
      if (count > 0) {
        count = open.readBytes(buffer, buffer.length);
      }
      if (count < 0) {
        throw vanished("reading failed (errno " + open.getLastErrorCode() + ")");
      }
      return count;
    } finally {
      inNative.unlock();
    }
  }

  private int writeNow(byte[] bytes) {
    inNative.lock();
    try {
      SerialPort open = port;
      return open == null ? -1 : open.writeBytes(bytes, bytes.length);
    } finally {
      inNative.unlock();
    }
  }

  /** Frees a write that waits for room, by throwing away what waits before it. */
  private void release() throws InterruptedException {
    SerialPort open = port;
    for (int i = 0; i < 5 && open != null; i++) {
      open.flushIOBuffers();
      if (inNative.tryLock(NATIVE_READ_MILLIS, TimeUnit.MILLISECONDS)) {
        inNative.unlock();
        return;
      }
    }
  }

  private void checkPresence() throws LinkException {
    long now = System.nanoTime();
    if (now - presenceCheckedAt < PRESENCE_NANOS) {
      return;
    }
    presenceCheckedAt = now;
    if (!PortProblem.present(device)) {
      throw vanished("its device " + device + " is gone");
    }
  }

  private void closeNow(SerialPort closing) {
    try {
      while (!inNative.tryLock(NATIVE_READ_MILLIS, TimeUnit.MILLISECONDS)) {
        closing.flushIOBuffers();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody knows this thread to interrupt it", e);
    }
    try {
      closing.closePort();
    } finally {
      inNative.unlock();
    }
  }

  private void awaitCloser() {
    boolean interrupted = false;
    long deadline = closingSince + CLOSE_WITHIN.toNanos();
    for (long left = CLOSE_WITHIN.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      try {
        closer.join(1 + TimeUnit.NANOSECONDS.toMillis(left));
        break;
      } catch (InterruptedException e) {
        interrupted = true; // closing comes first; the caller still learns of it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private LinkException problem(String words) {
    return new LinkException(settings.port() + ": " + words);
  }

  private LinkException vanished(String how) {
    return problem(how + ": the port has vanished; was the adapter unplugged?");
  }

  private LinkException closed() {
    return problem("is closed");
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
