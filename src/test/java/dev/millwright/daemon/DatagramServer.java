package dev.millwright.daemon;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The other end of a Unix datagram socket, as systemd and journald have it. */
public final class DatagramServer implements AutoCloseable {

  private static final class Libc {
    static {
      Native.register(Libc.class, "c");
    }

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int fd, byte[] address, int length) throws LastErrorException;

    static native NativeLong recv(int fd, Pointer buffer, NativeLong length, int flags)
        throws LastErrorException;

    static native int close(int fd) throws LastErrorException;
  }

  private static final int EAGAIN = 11;
  private static final int MSG_DONTWAIT = 0x40;

  private final int socket;
  private final String address;

  /** Of the system's, as an array of this size would be copied to it and back each time. */
  private final Memory buffer = new Memory(300_000);

  /**
   * @param address a path, or {@code @} and a name
   */
  public DatagramServer(String address) {
    this.address = address;
    this.socket = Libc.socket(1, 2, 0);
    byte[] sockaddr = UnixDatagrams.sockaddr(address);
    Libc.bind(socket, sockaddr, sockaddr.length);
  }

  /** What has come; null when nothing has come in time. */
  public String receive(Duration atMost) throws InterruptedException {
    byte[] bytes = receiveBytes(atMost);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private byte[] receiveBytes(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    do {
      try {
        int length =
            Libc.recv(socket, buffer, new NativeLong(buffer.size()), MSG_DONTWAIT).intValue();
        return buffer.getByteArray(0, length);
      } catch (LastErrorException e) {
        if (e.getErrorCode() != EAGAIN) {
          throw e;
        }
        Thread.sleep(2);
      }
    } while (System.nanoTime() - until < 0);
    return null;
  }

  /** What comes next; an error when nothing does. */
  String next() throws InterruptedException {
    return new String(nextBytes(), StandardCharsets.UTF_8);
  }

  /** The same, as it came. */
  byte[] nextBytes() throws InterruptedException {
    byte[] message = receiveBytes(Duration.ofMinutes(1));
    if (message == null) {
      throw new AssertionError("nothing came to " + address + " within a minute");
    }
    return message;
  }

  @Override
  public void close() {
    Libc.close(socket);
    try {
      if (address.startsWith("/")) {
        Files.deleteIfExists(Path.of(address));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
