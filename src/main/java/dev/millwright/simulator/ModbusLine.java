package dev.millwright.simulator;

import com.digitalpetri.modbus.Crc16;
import com.digitalpetri.modbus.ModbusRtuFrame;
import com.digitalpetri.modbus.ModbusRtuRequestFrameParser;
import com.digitalpetri.modbus.ModbusRtuRequestFrameParser.Accumulated;
import com.digitalpetri.modbus.ModbusRtuRequestFrameParser.Idle;
import com.digitalpetri.modbus.exceptions.UnknownUnitIdException;
import com.digitalpetri.modbus.server.ModbusRequestContext.ModbusRtuRequestContext;
import com.digitalpetri.modbus.server.ModbusRtuServer;
import com.digitalpetri.modbus.server.ModbusRtuServerTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.tinylog.Logger;

/** An RS-485 line of Modbus RTU units, on a pseudo-terminal. */
final class ModbusLine implements Port {

  /** Also bounds how long closing takes. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  /** A request whose rest has not come by then will never be whole. */
  private static final long GIVE_UP_NANOS = Duration.ofMillis(200).toNanos();

  private final Path port;
  private final Wire wire;
  private final ModbusUnits units = new ModbusUnits();

  /** Null while the port is pulled out. */
  private ModbusRtuServer server;

  /**
   * Without a port at first.
   *
   * @param port the name under which the port is found
   */
  ModbusLine(Path port, Wire wire) {
    this.port = port;
    this.wire = wire;
  }

  ModbusUnits units() {
    return units;
  }

  @Override
  public Wire wire() {
    return wire;
  }

  @Override
  public synchronized void open() throws IOException {
    if (server != null) {
      return;
    }
    ModbusRtuServer opening = ModbusRtuServer.create(new Terminal(), units);
    try {
      opening.start();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    server = opening;
  }

  @Override
  public synchronized void close() {
    if (server == null) {
      return;
    }
    try {
      server.stop();
    } catch (ExecutionException e) {
      Logger.debug(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server = null;
  }

  /** What the library's server has instead of a serial port. */
  private final class Terminal implements ModbusRtuServerTransport {

    private final ModbusRtuRequestFrameParser parser = new ModbusRtuRequestFrameParser();
    private FrameReceiver<ModbusRtuRequestContext, ModbusRtuFrame> receiver;
    private Thread thread;
    private volatile boolean closed;

    @Override
    public void receive(FrameReceiver<ModbusRtuRequestContext, ModbusRtuFrame> frameReceiver) {
      receiver = frameReceiver;
    }

    @Override
    public CompletionStage<Void> bind() {
      try {
        PseudoTerminal terminal = PseudoTerminal.open(port);
        thread = new Thread(() -> serve(terminal), "simulated line " + port.getFileName());
        thread.setDaemon(true);
        thread.start();
        return CompletableFuture.completedFuture(null);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public CompletionStage<Void> unbind() {
      closed = true;
      try {
        thread.join(CLOSE_WITHIN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return CompletableFuture.completedFuture(null);
    }

    private void serve(PseudoTerminal terminal) {
      try (terminal) {
        byte[] buffer = new byte[256];
        long heardAt = System.nanoTime();
        while (!closed) {
          int count = terminal.read(buffer, LOOK_EVERY);
          if (count > 0) {
            heardAt = System.nanoTime();
            take(terminal, Arrays.copyOf(buffer, count));
          } else if (System.nanoTime() - heardAt > GIVE_UP_NANOS
              && !(parser.getState() instanceof Idle)) {
            parser.reset();
          }
        }
      } catch (IOException e) {
        // The wire is cut: to a client that is a vanished port, which is what it sees.
        closed = true;
      }
    }

    private void take(PseudoTerminal terminal, byte[] piece) throws IOException {
      if (parser.parse(piece) instanceof Accumulated whole) {
        parser.reset();
        byte[] answer = answer(whole.frame());
        if (answer.length > 0) {
          wire.send(terminal, answer);
        }
      }
    }

    /** Empty where nobody answers. */
    private byte[] answer(ModbusRtuFrame request) {
      if (crc(request.unitId(), request.pdu()) != Short.reverseBytes(request.crc().getShort(0))) {
        return new byte[0];
      }
      try {
        ModbusRtuFrame frame = receiver.receive(new ModbusRtuRequestContext() {}, request);
        ByteBuffer answer = ByteBuffer.allocate(3 + frame.pdu().remaining());
        answer.put((byte) frame.unitId()).put(frame.pdu().duplicate());
        return answer.putShort(Short.reverseBytes(crc(frame.unitId(), frame.pdu()))).array();
      } catch (UnknownUnitIdException e) {
        return new byte[0];
      } catch (Exception e) {
        // The library's signature; a unit that cannot answer is silent.
        Logger.debug(e);
        return new byte[0];
      }
    }

    /** Byte by byte: 2.1.4 computes a part of a buffer wrongly (decision 0080). */
    private static short crc(int unit, ByteBuffer pdu) {
      Crc16 crc = new Crc16();
      crc.update(unit);
      for (int i = pdu.position(); i < pdu.limit(); i++) {
        crc.update(pdu.get(i));
      }
      return (short) crc.getValue();
    }
  }
}
