package dev.millwright.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One command to a running daemon on this host. */
public final class ControlClient implements AutoCloseable {

  private final SocketChannel channel;
  private final BufferedReader in;

  private ControlClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /**
   * Asks.
   *
   * @throws IOException when nobody is there, or this user may not
   */
  public static ControlClient ask(Path socket, ControlRequest request) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer line = ByteBuffer.wrap((request.json() + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      return new ControlClient(channel);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  /**
   * Waits for news.
   *
   * @return null when the daemon has hung up
   */
  public ControlNews next() throws IOException {
    String line = in.readLine();
    return line == null ? null : ControlNews.parse(line);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
