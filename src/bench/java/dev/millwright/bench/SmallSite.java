package dev.millwright.bench;

import dev.millwright.simulator.Dialect;
import dev.millwright.simulator.PlantSettings;
import dev.millwright.simulator.PlantSettings.Protocol;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Twenty machines that do nothing, each looked at once a second, and a configuration for them: 14
 * behind one OPC UA server, 3 Modbus TCP units, 3 on serial lines of their own.
 */
final class SmallSite implements AutoCloseable {

  private static final int OPC_UA = 14;
  private static final int MODBUS = 3;
  private static final int ASCII = 3;

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [%s], processing = [%s], complete = [%s], stopped = [%s], error = [%s] }
      recipe = "recipe"
      counter = "counter"
      """;

  private static final String NUMBERS = LIFECYCLE.formatted("0", "1, 2", "3", "4", "9");
  private static final String WORDS =
      LIFECYCLE.formatted("\"IDLE\"", "\"RUN\"", "\"DONE\"", "\"STOP\"", "\"FAULT\"");

  private final Path folder;
  private final int opcua = FreePort.find();
  private final int modbus = FreePort.find();
  private final Simulator simulator;

  SmallSite(Path folder, String database) throws IOException, InterruptedException {
    this.folder = folder.toAbsolutePath();
    Files.createDirectories(machines());
    Files.writeString(
        file(),
        """
        [database]
        url = "%s"
        [journal]
        path = "%s"
        [control]
        socket = "%s"
        [status]
        listen = "127.0.0.1:%d"
        """
            .formatted(
                database,
                this.folder.resolve("journal.db"),
                this.folder.resolve("control.sock"),
                FreePort.find()));
    List<PlantSettings.Machine> all = new ArrayList<>();
    for (int i = 1; i <= OPC_UA; i++) {
      all.add(opcUa("UA-" + i));
    }
    for (int i = 1; i <= MODBUS; i++) {
      all.add(modbus("MT-" + i, i));
    }
    for (int i = 1; i <= ASCII; i++) {
      all.add(ascii("AS-" + i));
    }
    simulator =
        Simulator.start(
            new PlantSettings(
                1,
                1,
                Duration.ofMillis(300),
                this.folder,
                new PlantSettings.OpcUa("127.0.0.1:" + opcua, null, null, null),
                new PlantSettings.ModbusTcp("127.0.0.1:" + modbus),
                all),
            this.folder.resolve("truth.jsonl"),
            new Simulator.Times(Duration.ofDays(1), null),
            InstantSource.system());
  }

  /** The main file of the configuration. */
  Path file() {
    return folder.resolve("millwright.toml");
  }

  /** Of the OPC UA server. */
  String endpoint() {
    return "opc.tcp://127.0.0.1:" + opcua;
  }

  private Path machines() {
    return folder.resolve("machines");
  }

  private PlantSettings.Machine opcUa(String name) throws IOException {
    write(
        name,
        "opcua",
        """
        [opcua]
        endpoint = "%1$s"
        security = "None"
        [tags]
        state = { node = "nsu=urn:millwright:plant;s=%2$s/State" }
        counter = { node = "nsu=urn:millwright:plant;s=%2$s/Cycle" }
        recipe = { node = "nsu=urn:millwright:plant;s=%2$s/Recipe" }
        """
                .formatted(endpoint(), name)
            + NUMBERS);
    return machine(name, Protocol.OPCUA, null, null);
  }

  private PlantSettings.Machine modbus(String name, int unit) throws IOException {
    write(
        name,
        "modbus-tcp",
        """
        [modbus]
        host = "127.0.0.1"
        port = %d
        unit = %d
        poll = "1s"
        timeout = "900ms"
        [tags]
        state = { address = "holding:0", type = "uint16" }
        counter = { address = "holding:1", type = "uint32" }
        recipe = { address = "holding:3", type = "string[16]" }
        """
                .formatted(modbus, unit)
            + NUMBERS);
    return machine(name, Protocol.MODBUS_TCP, null, unit);
  }

  private PlantSettings.Machine ascii(String name) throws IOException {
    write(
        name,
        "ascii",
        """
        [ascii]
        port = "%s"
        baud = 9600
        poll = "1s"
        timeout = "900ms"
        [tags]
        state = { query = "STATUS?\\r\\n", reply = 'STATE=(\\w+);' }
        counter = { query = "STATUS?\\r\\n", reply = 'COUNT=(\\d+);' }
        recipe = { query = "STATUS?\\r\\n", reply = 'RECIPE=([^;]*);' }
        """
                .formatted(folder.resolve(name))
            + WORDS);
    return machine(name, Protocol.ASCII, Dialect.STATUS, null);
  }

  private void write(String name, String protocol, String rest) throws IOException {
    Files.writeString(
        machines().resolve(name + ".toml"),
        """
        serial_number = "%s"
        protocol = "%s"
        register = true
        stale_after = "3s"
        """
                .formatted(name, protocol)
            + rest);
  }

  private static PlantSettings.Machine machine(
      String name, Protocol protocol, Dialect dialect, Integer unit) {
    Duration never = Duration.ofHours(24);
    return new PlantSettings.Machine(
        name, protocol, dialect, null, unit, List.of("R1"), never, never, 0, 0, null, null);
  }

  @Override
  public void close() {
    simulator.close();
  }
}
