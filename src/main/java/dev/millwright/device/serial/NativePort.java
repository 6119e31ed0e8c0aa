package dev.millwright.device.serial;

import com.fazecast.jSerialComm.SerialPort;
import dev.millwright.device.LinkException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One opening of a port in the native library. It is never closed under a native call of ours: the
 * call would go on with a file descriptor that the system may already have given to another file.
 */
final class NativePort {

  /** The native read's own time-out; the smallest that termios knows. */
  static final int READ_MILLIS = 100;

  private static final int FLUSHES = 5;

  /** The library keeps the errno of a failed opening in one place for all ports. */
  private static final Object OPENING = new Object();

  private final String name;
  private final Path device;
  private final SerialPort port;

  /** Held around each native call. */
  private final ReentrantLock inNative = new ReentrantLock();

  private volatile boolean closing;

  private NativePort(String name, Path device, SerialPort port) {
    this.name = name;
    this.device = device;
    this.port = port;
  }

  /**
   * Opens a device. What had arrived before is discarded.
   *
   * @throws LinkException when the library cannot be loaded, or the system refuses
   */
  static NativePort open(PortSettings settings, Path device) throws LinkException {
    SerialPort port = configured(settings, device);
    synchronized (OPENING) {
      if (!port.openPort()) {
        throw new LinkException(
            settings.port()
                + ": "
                + PortProblem.refused(HostFiles.THIS, device, port.getLastErrorCode()));
      }
    }
    return new NativePort(settings.port(), device, port);
  }

  private static SerialPort configured(PortSettings settings, Path device) throws LinkException {
    NativeLibrary.load(settings.port());
    SerialPort fresh = SerialPort.getCommPort(device.toString());
    // UARTs make two stop bits 1.5 long for five data bits; the library knows no other 1.5.
    int stopBits =
        settings.stopBits() == StopBits.ONE ? SerialPort.ONE_STOP_BIT : SerialPort.TWO_STOP_BITS;
    fresh.setComPortParameters(
        settings.baud(), settings.dataBits(), stopBits, settings.parity().code());
    fresh.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    fresh.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_MILLIS, 0);
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

  Path device() {
    return device;
  }

  /**
   * Reads what is there.
   *
   * @param wait whether to wait for something, for {@link #READ_MILLIS} at most
   * @return how many bytes; 0 when nothing came
   * @throws LinkException when the port has vanished or was closed
   */
  int read(byte[] buffer, boolean wait) throws LinkException {
    inNative.lock();
    try {
      if (closing) {
        throw closed();
      }
      int count = wait ? 1 : port.bytesAvailable();
      if (count > 0) {
        count = port.readBytes(buffer, buffer.length);
      }
      if (count < 0) {
        throw vanished("reading failed (errno " + port.getLastErrorCode() + ")");
      }
      return count;
    } finally {
      inNative.unlock();
    }
  }

  /**
   * Writes all bytes, for as long as it takes.
   *
   * @throws LinkException when the port has vanished or was closed
   */
  void write(byte[] bytes) throws LinkException {
    inNative.lock();
    try {
      if (closing) {
        throw closed();
      }
      if (port.writeBytes(bytes, bytes.length) != bytes.length) {
        throw closing ? closed() : vanished("writing failed");
      }
    } finally {
      inNative.unlock();
    }
  }

  /** Frees a write that waits for room, by throwing away what waits before it. */
  void release() throws InterruptedException {
    for (int i = 0; i < FLUSHES && flushUnlessClosing(); i++) {
      if (inNative.tryLock(READ_MILLIS, TimeUnit.MILLISECONDS)) {
        inNative.unlock();
        return;
      }
    }
  }

  /** Makes the calls under way and all later ones end with an error. */
  void refuseCalls() {
    closing = true;
  }

  /** Waits until no call is under way, and closes. A driver may hang in it for ever. */
  void close() throws InterruptedException {
    refuseCalls();
    do {
      flush();
    } while (!inNative.tryLock(READ_MILLIS, TimeUnit.MILLISECONDS));
    try {
      port.closePort();
    } finally {
      inNative.unlock();
    }
  }

  private synchronized void flush() {
    port.flushIOBuffers();
  }

  /** The library would let a flush wait for a closing that hangs. */
  private synchronized boolean flushUnlessClosing() {
    if (!closing) {
      flush();
    }
    return !closing;
  }

  LinkException vanished(String how) {
    return new LinkException(
        name + ": " + how + ": the port has vanished; was the adapter unplugged?");
  }

  private LinkException closed() {
    return new LinkException(name + ": is closed");
  }
}
