package dev.millwright.daemon;

import dev.millwright.simulator.Dialect;
import dev.millwright.simulator.PlantSettings;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * A virtual plant of three machines that never begin a run by themselves: OPC on OPC UA, ASC on a
 * serial line, MOD on Modbus TCP. What they do is in {@code truth.jsonl} of its folder.
 */
final class QuietPlant implements AutoCloseable {

  private final Path folder;
  private final int opcua = FreePort.find();
  private final int modbus = FreePort.find();
  private final Simulator simulator;

  QuietPlant(Path folder, List<String> recipes) throws Exception {
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

  /** A machine's file with the plant's places for @OPCUA@, @MODBUS@ and @PORTS@. */
  String file(String text) {
    return text.replace("@OPCUA@", Integer.toString(opcua))
        .replace("@MODBUS@", Integer.toString(modbus))
        .replace("@PORTS@", folder.toString());
  }

  @Override
  public void close() {
    simulator.close();
  }
}
