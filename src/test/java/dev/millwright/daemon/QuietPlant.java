package dev.millwright.daemon;

import dev.millwright.simulator.Dialect;
import dev.millwright.simulator.PlantSettings;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A virtual plant of three machines that never begin a run by themselves: OPC on OPC UA, ASC on a
 * serial line, MOD on Modbus TCP. What they do is in {@code truth.jsonl} of its folder.
 */
public final class QuietPlant implements AutoCloseable {

  private static final Map<String, String> HEADS =
      Map.of(
          "OPC",
          """
          protocol = "opcua"
          [opcua]
          endpoint = "opc.tcp://127.0.0.1:@OPCUA@"
          security = "None"
          [tags]
          state = { node = "nsu=urn:millwright:plant;s=OPC/State" }
          """,
          "ASC",
          """
          protocol = "ascii"
          [ascii]
          port = "@PORTS@/ASC"
          poll = "50ms"
          timeout = "1s"
          [tags]
          state = { query = "STATUS?\\r\\n", reply = 'STATE=(\\w+);' }
          """,
          "MOD",
          """
          protocol = "modbus-tcp"
          [modbus]
          host = "127.0.0.1"
          port = @MODBUS@
          unit = 1
          poll = "50ms"
          [tags]
          state = { address = "holding:0", type = "uint16" }
          """);

  private final Path folder;
  private final int opcua = FreePort.find();
  private final int modbus = FreePort.find();
  private final Simulator simulator;

  /** Contacts nothing, and is contacted at ports that are free now. */
  public QuietPlant(Path folder, List<String> recipes) throws Exception {
    this.folder = folder;
    this.simulator =
        Simulator.start(
            new PlantSettings(
                1,
                1,
                Duration.ofMillis(20),
                folder,
                new PlantSettings.OpcUa("127.0.0.1:" + opcua, null, null, null),
                new PlantSettings.ModbusTcp("127.0.0.1:" + modbus),
                List.of(
                    machine("OPC", PlantSettings.Protocol.OPCUA, null, null, recipes),
                    machine("ASC", PlantSettings.Protocol.ASCII, Dialect.STATUS, null, recipes),
                    machine("MOD", PlantSettings.Protocol.MODBUS_TCP, null, 1, recipes))),
            folder.resolve("truth.jsonl"),
            new Simulator.Times(Duration.ZERO, null),
            InstantSource.system());
  }

  private static PlantSettings.Machine machine(
      String name,
      PlantSettings.Protocol protocol,
      Dialect dialect,
      Integer unit,
      List<String> recipes) {
    Duration never = Duration.ofHours(24);
    return new PlantSettings.Machine(
        name, protocol, dialect, null, unit, recipes, never, never, 0, 0, null, null);
  }

  /** Where its OPC UA server is. */
  public String endpoint() {
    return "opc.tcp://127.0.0.1:" + opcua;
  }

  /** The port of its Modbus server, on 127.0.0.1. */
  public int modbus() {
    return modbus;
  }

  /** The beginning of a machine's file, up to its first tag: the state. More tags may follow. */
  public String head(String machine) {
    return "serial_number = \"%s\"%nregister = true%n".formatted(machine)
        + placed(HEADS.get(machine));
  }

  /** The plant's places for @OPCUA@, @MODBUS@ and @PORTS@. */
  private String placed(String text) {
    return text.replace("@OPCUA@", Integer.toString(opcua))
        .replace("@MODBUS@", Integer.toString(modbus))
        .replace("@PORTS@", folder.toString());
  }

  @Override
  public void close() {
    simulator.close();
  }
}
