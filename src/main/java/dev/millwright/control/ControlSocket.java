package dev.millwright.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The socket's file: made with its rights, and taken away again if it is still ours. */
final class ControlSocket implements AutoCloseable {

  private final Path path;
  private final ServerSocketChannel channel;
  private final Object key;

  private ControlSocket(Path path, ServerSocketChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.key = key(path);
  }

  /**
   * Takes the place of a socket that a dead process has left.
   *
   * @throws IOException when another process answers there, or something else lies there
   */
  static ControlSocket open(Path path) throws IOException {
    if (!Files.isDirectory(path.getParent())) {
      throw new IOException(
          "there is no folder " + path.getParent() + " (systemd makes it: RuntimeDirectory=)");
    }
    requireFree(path);
    // Under another name until it has its rights: nobody gets in before.
    Path fresh = path.resolveSibling(path.getFileName() + "~");
    Files.deleteIfExists(fresh);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(fresh));
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-rw----"));
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      channel.configureBlocking(false);
      return new ControlSocket(path, channel);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        Files.deleteIfExists(fresh);
      }
      throw e;
    }
  }

  private static void requireFree(Path path) throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException(path + " is there, and is no socket: remove it, or name another one");
    }
    try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      return; // nobody listens: a dead process has left it
    }
    throw new IOException("another daemon answers at " + path + ": name another one");
  }

  ServerSocketChannel channel() {
    return channel;
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Nobody comes in any more. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (Files.exists(path) && key.equals(key(path))) {
      Files.delete(path);
    }
  }
}
