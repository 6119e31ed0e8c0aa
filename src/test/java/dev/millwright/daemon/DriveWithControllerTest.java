package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.digitalpetri.modbus.exceptions.UnknownUnitIdException;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.pdu.WriteSingleCoilResponse;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterResponse;
import com.digitalpetri.modbus.server.ModbusRequestContext;
import com.digitalpetri.modbus.server.ModbusTcpServer;
import com.digitalpetri.modbus.server.ProcessImage;
import com.digitalpetri.modbus.server.ReadWriteModbusServices;
import com.digitalpetri.modbus.tcp.server.NettyTcpServerTransport;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine behind Modbus TCP whose controller has a timer for its valve and a watchdog: coil 0 is
 * the valve, register 0 how long it is to be open in ms, register 1 the watchdog.
 */
@Timeout(60)
class DriveWithControllerTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir private Path folder;

  private final Controller controller = new Controller();
  private ModbusTcpServer server;
  private RunningSite site;
  private String name;

  /** The controller: it closes the valve by itself when its time is over. */
  private static final class Controller extends ReadWriteModbusServices {

    final ProcessImage image = new ProcessImage();
    final List<String> written = new CopyOnWriteArrayList<>();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    volatile boolean hasTimer = true;

    @Override
    protected Optional<ProcessImage> getProcessImage(int unit) {
      return Optional.of(image);
    }

    @Override
    public WriteSingleCoilResponse writeSingleCoil(
        ModbusRequestContext context, int unit, WriteSingleCoilRequest request)
        throws UnknownUnitIdException {
      written.add("valve=" + (request.value() != 0));
      WriteSingleCoilResponse response = super.writeSingleCoil(context, unit, request);
      if (request.value() != 0 && hasTimer) {
        var unused = timer.schedule(this::close, register(0), TimeUnit.MILLISECONDS);
      }
      return response;
    }

    @Override
    public WriteSingleRegisterResponse writeSingleRegister(
        ModbusRequestContext context, int unit, WriteSingleRegisterRequest request)
        throws UnknownUnitIdException {
      written.add((request.address() == 0 ? "time=" : "alive=") + request.value());
      return super.writeSingleRegister(context, unit, request);
    }

    private void close() {
      image.with(all -> all.writeCoils(coils -> coils.put(0, false)));
    }

    boolean isOpen() {
      return image.get(all -> all.readCoils(coils -> coils.getOrDefault(0, false)));
    }

    private int register(int address) {
      return image.get(
          all ->
              all.readHoldingRegisters(
                  registers -> {
                    byte[] value = registers.getOrDefault(address, new byte[2]);
                    return ((value[0] & 0xff) << 8) | (value[1] & 0xff);
                  }));
    }
  }

  @BeforeEach
  void start() throws Exception {
    int port = FreePort.find();
    server =
        ModbusTcpServer.create(
            NettyTcpServerTransport.create(c -> c.setBindAddress("127.0.0.1").setPort(port)),
            controller);
    server.start();
    name = "CTRL-" + port;
    site = new RunningSite(folder, DATABASE);
    site.write(
        "machines/controller.toml",
        """
        serial_number = "%s"
        register = true
        protocol = "modbus-tcp"
        [modbus]
        host = "127.0.0.1"
        port = %d
        unit = 1
        poll = "50ms"
        timeout = "1s"
        [tags]
        valve = { address = "coil:0" }
        valve_time = { address = "holding:0", type = "uint16" }
        alive = { address = "holding:1", type = "uint16" }
        [drive]
        safe = [{ tag = "valve", value = false }]
        [drive.watchdog]
        tag = "alive"
        period = "1500ms"
        [drive.timed.valve]
        duration = "valve_time"
        within = "2s"
        """
            .formatted(name, port));
    site.write(
        "recipes/fill.toml",
        """
        name = "FILL"
        [[steps]]
        pulse = { tag = "valve", for = "300ms" }
        [[steps]]
        wait = "1600ms"
        """);
    site.start();
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
    server.stop();
    controller.timer.shutdownNow();
  }

  /** The daemon opens the valve once, and never closes it: who does so lives on when it dies. */
  @Test
  void theControllerClosesItsValveAndSeesThatSomebodyIsThere() throws Exception {
    CommandResult result = run();
    assertTrue(result.completed(), result.toString());
    List<String> written = List.copyOf(controller.written);
    assertEquals(List.of("alive=1", "time=300", "valve=true"), written.subList(0, 3));
    assertTrue(written.contains("alive=2"), written.toString());
    assertFalse(written.contains("valve=false"), written.toString());
  }

  /** I7: a timer that does not work is noticed, and the valve is closed. */
  @Test
  void aControllerWhoseTimerDoesNotWorkIsNoticed() throws Exception {
    controller.hasTimer = false;
    CommandResult result = run();
    assertFalse(result.completed());
    assertTrue(
        result.message().contains("has not ended the pulse by itself within 2 s"),
        result.toString());
    assertFalse(controller.isOpen());
  }

  private CommandResult run() throws Exception {
    Command start = RunningSite.start("FILL", Map.of());
    site.awaitReady(name, start);
    return site.ended(name, start);
  }
}
