package dev.millwright.bench;

import com.digitalpetri.modbus.client.ModbusRtuClient;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.serial.client.SerialPortClientTransport;
import com.fazecast.jSerialComm.SerialPort;
import dev.millwright.simulator.DirectedPlant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.tinylog.Logger;

/** The floor of what is polled: a loop that asks at an interval, and writes the row on a change. */
final class BarePolling implements Changing, AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  static final int BAUD = 19_200;

  /** The state, the counter and the recipe. */
  private static final int REGISTERS = 11;

  /** A way to ask a machine once. */
  interface Question extends AutoCloseable {

    /** Whether it runs. */
    boolean ask() throws Exception;
  }

  private final DirectedPlant plant;
  private final String machine;
  private final Question question;
  private final long pollNanos;
  private final BareRow row;
  private final Committed committed = new Committed();
  private final Thread thread;
  private volatile boolean stopping;

  BarePolling(DirectedPlant plant, String machine, Question question, Duration poll, BareRow row) {
    this.plant = plant;
    this.machine = machine;
    this.question = question;
    this.pollNanos = poll.toNanos();
    this.row = row;
    thread = new Thread(this::poll, "bare polling");
    thread.setDaemon(true);
    thread.start();
  }

  /** What the machine's file names, of unit 1, in one request of the library. */
  static Question modbusRtu(Path port) throws Exception {
    ModbusRtuClient client =
        ModbusRtuClient.create(
            SerialPortClientTransport.create(
                config -> {
                  config.serialPort = port.toString();
                  config.baudRate = BAUD;
                }));
    client.connect();
    return new Question() {
      @Override
      public boolean ask() throws Exception {
        return client.readHoldingRegisters(1, new ReadHoldingRegistersRequest(0, REGISTERS))
                .registers()[1]
            == 1;
      }

      @Override
      public void close() throws Exception {
        client.disconnect();
      }
    };
  }

  /** {@code STATUS?} on a port of jSerialComm. */
  static Question ascii(Path path) throws IOException {
    SerialPort port = SerialPort.getCommPort(path.toString());
    port.setBaudRate(BAUD);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, 1_000, 0);
    if (!port.openPort()) {
      throw new IOException(path + " cannot be opened: " + port.getLastErrorCode());
    }
    byte[] query = "STATUS?\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] buffer = new byte[256];
    return new Question() {
      @Override
      public boolean ask() throws IOException {
        port.writeBytes(query, query.length);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n") < 0) {
          int count = port.readBytes(buffer, buffer.length);
          if (count <= 0) {
            throw new IOException(path + " does not answer");
          }
          answer.append(new String(buffer, 0, count, StandardCharsets.US_ASCII));
        }
        return answer.indexOf("STATE=RUN;") >= 0;
      }

      @Override
      public void close() {
        port.closePort();
      }
    };
  }

  private void poll() {
    try {
      boolean last = question.ask();
      long due = System.nanoTime();
      while (!stopping) {
        boolean runs = question.ask();
        if (runs != last) {
          committed.add(row.write(runs));
          last = runs;
        }
        due += pollNanos;
        long wait = due - System.nanoTime();
        if (wait > 0) {
          LockSupport.parkNanos(wait);
        } else {
          due = System.nanoTime();
        }
      }
    } catch (Exception e) {
      Logger.error(e);
    }
  }

  @Override
  public long delay() throws InterruptedException {
    long changed = plant.change(machine);
    return committed.next() - changed;
  }

  @Override
  public void close() throws Exception {
    stopping = true;
    thread.join(STOP_LIMIT.toMillis());
    question.close();
  }
}
