package dev.millwright.simulator;

import com.digitalpetri.modbus.server.ModbusTcpServer;
import com.digitalpetri.modbus.tcp.server.NettyTcpServerTransport;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.tinylog.Logger;

/** A Modbus TCP server with units behind it, as a gateway has them. They live on while it stops. */
final class ModbusServer implements AutoCloseable {

  private final String address;
  private final int port;
  private final ModbusUnits units = new ModbusUnits();

  /** Null while it is stopped. */
  private ModbusTcpServer server;

  /** Contacts nothing; {@link #start} does. */
  ModbusServer(String address, int port) {
    this.address = address;
    this.port = port;
  }

  ModbusUnits units() {
    return units;
  }

  /** Where clients reach it. */
  String endpoint() {
    return address + ":" + port;
  }

  /** Begins to listen, for the first time or again; nothing where it listens already. */
  synchronized void start() throws IOException, InterruptedException {
    if (server != null) {
      return;
    }
    ModbusTcpServer starting =
        ModbusTcpServer.create(
            NettyTcpServerTransport.create(config -> config.setBindAddress(address).setPort(port)),
            units);
    try {
      starting.start();
    } catch (ExecutionException e) {
      throw new IOException("cannot listen on " + endpoint() + "; is the port in use?", e);
    }
    server = starting;
  }

  /** Ends all connections and listens no more, until it is started again. */
  synchronized void stop() throws InterruptedException {
    if (server == null) {
      return;
    }
    try {
      server.stop();
    } catch (ExecutionException e) {
      Logger.debug(e);
    }
    server = null;
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
