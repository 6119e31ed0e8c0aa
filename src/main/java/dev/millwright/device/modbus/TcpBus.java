package dev.millwright.device.modbus;

import com.digitalpetri.modbus.MbapHeader;
import com.digitalpetri.modbus.ModbusTcpFrame;
import com.digitalpetri.modbus.tcp.client.NettyTcpClientTransport;
import dev.millwright.device.LinkException;
import dev.millwright.device.Tap;
import dev.millwright.settings.Durations;
import io.netty.channel.ChannelOption;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Modbus TCP connection. Answers carry the number of their request, so a late one is known as
 * such; unit, function and length are checked all the same.
 *
 * <p>It is reset, not closed in order: what the system has not sent yet is dropped. Otherwise a
 * write that nobody waits for any more could reach the machine after the safe state, which is
 * written on the next connection (I7).
 */
final class TcpBus implements Bus {

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

  /** One answer is expected at a time; whoever sends more loses it. */
  private static final int MAX_WAITING = 16;

  /** A connection on which so many requests in a row got no answer is as good as lost (FIELD 5). */
  private static final int MAX_UNANSWERED = 3;

  private static final int MAX_TRANSACTION = 0xffff;
  private static final int MBAP_BYTES = 7;

  /** What arrived on one connection; empty for its end. */
  private record Connection(
      NettyTcpClientTransport transport, BlockingQueue<Optional<ModbusTcpFrame>> arrived) {

    void end() {
      while (!arrived.offer(Optional.empty())) {
        arrived.poll();
      }
    }
  }

  private final String host;
  private final int port;
  private final Tap tap;
  private volatile Connection connection;
  private int transaction;
  private int unanswered;
  private String lastWhy;

  TcpBus(String host, int port, Tap tap) {
    this.host = host;
    this.port = port;
    this.tap = tap;
  }

  @Override
  public String name() {
    return host + ":" + port;
  }

  @Override
  public void open() throws LinkException {
    BlockingQueue<Optional<ModbusTcpFrame>> arrived = new ArrayBlockingQueue<>(MAX_WAITING);
    NettyTcpClientTransport transport =
        NettyTcpClientTransport.create(
            config ->
                config
                    .setHostname(host)
                    .setPort(port)
                    .setConnectTimeout(CONNECT_WITHIN)
                    .setConnectPersistent(false)
                    .setBootstrapCustomizer(socket -> socket.option(ChannelOption.SO_LINGER, 0)));
    Connection opening = new Connection(transport, arrived);
    transport.receive(
        frame -> {
          boolean unused = arrived.offer(Optional.of(frame));
        });
    connection = opening;
    unanswered = 0;
    try {
      transport.connect().get(CONNECT_WITHIN.toNanos() * 2, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new LinkException(name() + ": cannot be connected to: " + words(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(name() + ": connecting was interrupted", e);
    }
    transport.addConnectionListener(
        new NettyTcpClientTransport.ConnectionListener() {
          @Override
          public void onConnection() {
            // It was connected before this listened.
          }

          @Override
          public void onConnectionLost() {
            opening.end();
          }
        });
    if (!transport.isConnected()) {
      opening.end();
    }
  }

  @Override
  public void idle(long until) throws LinkException, InterruptedException {
    while (next(until) != null) {
      // An answer to a request that was given up.
    }
  }

  @Override
  public boolean awaitReady(ModbusMachine machine, long deadline) throws LinkException {
    requireAnswers();
    return true;
  }

  @Override
  public Reply ask(Request request, ModbusMachine machine)
      throws LinkException, InterruptedException {
    transaction = transaction == MAX_TRANSACTION ? 0 : transaction + 1;
    ByteBuffer pdu = request.pdu();
    MbapHeader header = new MbapHeader(transaction, 0, 1 + pdu.remaining(), request.unit());
    long until = System.nanoTime() + machine.timeout().toNanos();
    byte[] sent = bytes(header, pdu);
    tap.sent(sent, sent.length);
    // Where it cannot be sent, the connection is lost, which is noticed below.
    var unused = current().transport().send(new ModbusTcpFrame(header, pdu));
    for (ModbusTcpFrame frame = next(until); frame != null; frame = next(until)) {
      MbapHeader its = frame.header();
      if (its.transactionId() == transaction && its.protocolId() == 0) {
        unanswered = 0;
        return its.unitId() == request.unit()
            ? request.reply(frame.pdu())
            : new Reply.Missing(
                "unit " + its.unitId() + " answered, where unit " + request.unit() + " was asked");
      }
    }
    unanswered++;
    lastWhy = "no answer within " + Durations.words(machine.timeout());
    if (request instanceof ReadRequest) {
      requireAnswers();
    }
    return new Reply.Missing(lastWhy);
  }

  /** What became of a write is for its answer to say; the request after it meets the end. */
  private void requireAnswers() throws LinkException {
    if (unanswered >= MAX_UNANSWERED) {
      throw new LinkException(
          name()
              + ": "
              + lastWhy
              + ", and to "
              + unanswered
              + " requests in a row on this connection");
    }
  }

  @Override
  public boolean readsFirst(WriteRequest request) {
    return false;
  }

  /** What arrives until then; null when nothing does. */
  private ModbusTcpFrame next(long until) throws LinkException, InterruptedException {
    Optional<ModbusTcpFrame> arrived =
        current().arrived().poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    if (arrived == null) {
      return null;
    }
    if (arrived.isEmpty()) {
      // It stays there: whoever did not care for the end meets it again.
      current().end();
      throw new LinkException(name() + ": the connection was lost");
    }
    ModbusTcpFrame frame = arrived.get();
    byte[] received = bytes(frame.header(), frame.pdu());
    tap.received(received, received.length);
    return frame;
  }

  /** As on the wire (Modbus Messaging on TCP/IP 1.0b, 3.1.3). */
  private static byte[] bytes(MbapHeader header, ByteBuffer pdu) {
    ByteBuffer data = pdu.duplicate();
    return ByteBuffer.allocate(MBAP_BYTES + data.remaining())
        .putShort((short) header.transactionId())
        .putShort((short) header.protocolId())
        .putShort((short) header.length())
        .put((byte) header.unitId())
        .put(data)
        .array();
  }

  private Connection current() throws LinkException {
    Connection open = connection;
    if (open == null) {
      throw new LinkException(name() + ": is closed");
    }
    return open;
  }

  @Override
  public void close() {
    Connection closing = connection;
    connection = null;
    if (closing == null) {
      return;
    }
    closing.end();
    try {
      closing.transport().disconnect().get(CLOSE_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Nothing is read from it any more; the library lets go of it when the system does.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String words(Exception e) {
    Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
    return cause instanceof TimeoutException
        ? "nothing came within " + Durations.words(CONNECT_WITHIN.multipliedBy(2))
        : String.valueOf(cause.getMessage());
  }
}
