package dev.millwright.daemon;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to Unix sockets, which Java 17 cannot, and never waits for whoever receives them.
 * Linux on amd64, arm64 and arm (decision 0125). Safe for use by several threads.
 */
final class UnixDatagrams implements AutoCloseable {

  /** The parts of libc that it takes; every call throws on an error, with errno. */
  private static final class Libc {
    static {
      Native.register(Libc.class, "c");
    }

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native NativeLong sendto(
        int fd, byte[] message, NativeLong length, int flags, byte[] address, int addressLength)
        throws LastErrorException;

    static native int close(int fd) throws LastErrorException;
  }

  // From asm-generic/socket.h and fcntl.h, which these processors share for them.
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final int EAGAIN = 11;
  private static final int EMSGSIZE = 90;
  private static final int ENOBUFS = 105;

  /** Of struct sockaddr_un (unix(7)): the family, then the path with its end. */
  private static final int MOST_PATH = 107;

  private final int socket;
  private final byte[] address;

  private UnixDatagrams(int socket, byte[] address) {
    this.socket = socket;
    this.address = address;
  }

  /**
   * For one receiver, which need not be there yet. One that does not read what was sent to it fills
   * the room of this socket, so each receiver has its own.
   *
   * @param address a path, or {@code @} and a name for an abstract address (unix(7))
   * @throws IOException when there are no such sockets here, as no native library can be loaded
   */
  static UnixDatagrams to(String address) throws IOException {
    byte[] sockaddr = sockaddr(address);
    try {
      return new UnixDatagrams(Libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), sockaddr);
    } catch (LastErrorException | LinkageError e) {
      throw new IOException("no Unix datagram socket: " + e.getMessage(), e);
    }
  }

  /** As the kernel takes it; also what a receiver is bound to. */
  static byte[] sockaddr(String address) {
    byte[] path = address.getBytes(StandardCharsets.UTF_8);
    if (path.length < 2 || path.length > MOST_PATH || (path[0] != '/' && path[0] != '@')) {
      throw new IllegalArgumentException(
          "\""
              + address
              + "\" is not the address of a Unix socket: a whole path, or @ and a name, of at most "
              + MOST_PATH
              + " bytes");
    }
    boolean named = path[0] == '@';
    ByteBuffer sockaddr =
        ByteBuffer.allocate(Short.BYTES + path.length + (named ? 0 : 1))
            .order(ByteOrder.nativeOrder());
    sockaddr.putShort((short) AF_UNIX).put(path);
    if (named) {
      sockaddr.put(Short.BYTES, (byte) 0);
    }
    return sockaddr.array();
  }

  /**
   * Sends one message, or none of it.
   *
   * @return false when there is no room for it at this moment
   * @throws IOException when nobody receives there, or the message is too long
   */
  boolean send(byte[] message) throws IOException {
    try {
      NativeLong unused =
          Libc.sendto(
              socket,
              message,
              new NativeLong(message.length),
              MSG_DONTWAIT | MSG_NOSIGNAL,
              address,
              address.length);
      return true;
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EAGAIN || e.getErrorCode() == ENOBUFS) {
        return false;
      }
      throw new IOException(
          e.getErrorCode() == EMSGSIZE ? message.length + " bytes are too many" : e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    try {
      int unused = Libc.close(socket);
    } catch (LastErrorException e) {
      // The descriptor is released in any case (close(2)).
    }
  }
}
