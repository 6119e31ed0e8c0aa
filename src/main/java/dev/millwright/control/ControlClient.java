package dev.millwright.control;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

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
  public static ControlClient ask(Path socket, Request request) throws IOException {
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
   * What the daemon knows.
   *
   * @param machine the one of which everything is to be told; null for all, in short
   * @param within how long it may take
   * @throws IOException when nobody is there, this user may not, or there is no such answer in time
   */
  public static JsonObject status(Path socket, String machine, Duration within) throws IOException {
    try (ControlClient daemon = ask(socket, ControlRequest.status(machine))) {
      Timer timer = new Timer("status", true);
      try {
        timer.schedule(daemon.hangUp(), within.toMillis());
        ControlNews news = daemon.next();
        if (news == null || news.report() == null) {
          throw new IOException(
              news == null ? "the daemon has hung up" : "the daemon says: " + news.message());
        }
        return news.report();
      } catch (AsynchronousCloseException e) {
        throw new IOException("the daemon does not answer within " + within.toMillis() + " ms", e);
      } finally {
        timer.cancel();
      }
    }
  }

  private TimerTask hangUp() {
    return new TimerTask() {
      @Override
      public void run() {
        try {
          channel.close();
        } catch (IOException e) {
          // Whoever reads from it will see.
        }
      }
    };
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
