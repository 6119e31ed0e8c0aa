package dev.millwright.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;

/** One connection: what was read of its request so far, and whether it waits. For one thread. */
final class Conversation {

  /** The longest request, in bytes with the end of its line. */
  static final int MAX_REQUEST = 65_536;

  /** How long the other end may take to read a line. */
  static final Duration LISTEN_WITHIN = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final Selector selector;
  private final long since;
  private final ByteBuffer buffer = ByteBuffer.allocate(2_048);
  private byte[] request = new byte[0];
  private boolean asked;
  private ByteBuffer unsaid = ByteBuffer.allocate(0);
  private long saying;
  private boolean finished;

  /**
   * @param channel not blocking
   * @param selector with which it is registered, if it is
   * @param since when it began; monotonic, in nanoseconds
   */
  Conversation(SocketChannel channel, Selector selector, long since) {
    this.channel = channel;
    this.selector = selector;
    this.since = since;
  }

  /** Whether its request has come. */
  boolean hasAsked() {
    return asked;
  }

  long since() {
    return since;
  }

  /** Who is at the other end (unix(7), SO_PEERCRED); null where that cannot be told. */
  String user() {
    try {
      return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Reads what there is.
   *
   * @return the request's line when it is complete, else null
   * @throws IOException when the other end has hung up, or says more than it may
   */
  String read() throws IOException {
    buffer.clear();
    int count = channel.read(buffer);
    if (count < 0) {
      throw new IOException("it has hung up");
    }
    if (asked) {
      // Nothing more is expected; whoever says more is not listened to.
      return null;
    }
    int at = request.length;
    request = Arrays.copyOf(request, at + count);
    System.arraycopy(buffer.array(), 0, request, at, count);
    for (int i = at; i < request.length; i++) {
      if (request[i] == '\n') {
        asked = true;
        return new String(request, 0, i, StandardCharsets.UTF_8);
      }
    }
    if (request.length >= MAX_REQUEST) {
      asked = true;
      throw new TooLongException();
    }
    return null;
  }

  /** A request has more than {@link #MAX_REQUEST} bytes. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException() {
      super("a request has at most " + MAX_REQUEST + " bytes");
    }
  }

  /**
   * Sends one line. What the socket has no room for follows when it has: see {@link #goOn}.
   *
   * @throws IOException when the other end has hung up, or has not listened to the line before
   */
  void say(ControlNews news) throws IOException {
    if (unsaid.hasRemaining()) {
      throw new IOException("it does not listen");
    }
    unsaid = ByteBuffer.wrap((news.json() + "\n").getBytes(StandardCharsets.UTF_8));
    saying = System.nanoTime();
    channel.write(unsaid);
    SelectionKey key = channel.keyFor(selector);
    if (unsaid.hasRemaining() && key == null) {
      throw new IOException("it does not listen");
    } else if (unsaid.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /** The socket has room again. */
  void goOn() {
    try {
      channel.write(unsaid);
      if (!unsaid.hasRemaining()) {
        channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
        if (finished) {
          close();
        }
      }
    } catch (IOException e) {
      close();
    }
  }

  /** Whether the other end does not take what it is told. */
  boolean isDeaf(long now) {
    return unsaid.hasRemaining() && now - saying >= LISTEN_WITHIN.toNanos();
  }

  /** Hangs up when all is said. */
  void finish() {
    finished = true;
    if (!unsaid.hasRemaining()) {
      close();
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nobody is there to be told.
    }
  }
}
