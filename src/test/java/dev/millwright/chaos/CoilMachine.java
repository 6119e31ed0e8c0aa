package dev.millwright.chaos;

import com.digitalpetri.modbus.exceptions.UnknownUnitIdException;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.pdu.WriteSingleCoilResponse;
import com.digitalpetri.modbus.server.ModbusRequestContext;
import com.digitalpetri.modbus.server.ModbusTcpServer;
import com.digitalpetri.modbus.server.ProcessImage;
import com.digitalpetri.modbus.server.ReadWriteModbusServices;
import com.digitalpetri.modbus.tcp.server.NettyTcpServerTransport;
import dev.millwright.testing.FreePort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine of coils alone, on Modbus TCP, which remembers all that was written to it. It lives in
 * the test's process, so whatever dies there, its memory is whole.
 */
final class CoilMachine implements AutoCloseable {

  private final List<String> names;
  private final ProcessImage image = new ProcessImage();
  private final List<Write> writes = new ArrayList<>();
  private final int port;
  private final ModbusTcpServer server;
  private long polls;

  /** What was written, such as {@code valve_1=true}, and when. */
  record Write(Instant at, String what) {}

  /**
   * Starts it; all its coils are off.
   *
   * @param names of its coils, from address 0
   */
  CoilMachine(List<String> names) throws Exception {
    this.names = List.copyOf(names);
    this.port = FreePort.find();
    image.with(
        change ->
            change.writeCoils(
                coils -> {
                  for (int i = 0; i < names.size(); i++) {
                    coils.put(i, false);
                  }
                }));
    this.server =
        ModbusTcpServer.create(
            NettyTcpServerTransport.create(
                config -> config.setBindAddress("127.0.0.1").setPort(port)),
            new Services());
    server.start();
  }

  int port() {
    return port;
  }

  /** How many values were written so far. */
  synchronized int written() {
    return writes.size();
  }

  /** What was written, from this many on, in order. */
  synchronized List<String> since(int mark) {
    return writes.subList(mark, writes.size()).stream().map(Write::what).toList();
  }

  /** All that was written, in order. */
  synchronized List<Write> writes() {
    return List.copyOf(writes);
  }

  /** How often it was read so far. */
  synchronized long polls() {
    return polls;
  }

  private synchronized void note(int address, boolean value) {
    writes.add(new Write(Instant.now(), names.get(address) + "=" + value));
  }

  private synchronized void notePoll() {
    polls++;
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }

  /** Coils are written one by one by the daemon. */
  private final class Services extends ReadWriteModbusServices {

    @Override
    protected Optional<ProcessImage> getProcessImage(int unit) {
      return Optional.of(image);
    }

    @Override
    public ReadCoilsResponse readCoils(
        ModbusRequestContext context, int unit, ReadCoilsRequest request)
        throws UnknownUnitIdException {
      notePoll();
      return super.readCoils(context, unit, request);
    }

    @Override
    public WriteSingleCoilResponse writeSingleCoil(
        ModbusRequestContext context, int unit, WriteSingleCoilRequest request)
        throws UnknownUnitIdException {
      note(request.address(), request.value() != 0);
      return super.writeSingleCoil(context, unit, request);
    }
  }
}
