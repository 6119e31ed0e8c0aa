package dev.millwright.simulator;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What can be done to a running plant, in words, so that its readers have something to bear. */
public final class Faults {

  private static final String KNOWN =
      "opcua stop|start, modbus stop|start, quality MACHINE good|uncertain|bad,"
          + " port MACHINE close|open, noise MACHINE on|off, pieces MACHINE on|off,"
          + " silence MACHINE on|off";

  private final OpcUaPlant opcUa;
  private final Set<String> opcUaMachines;
  private final ModbusServer modbus;
  private final Map<String, Port> ports;
  private final Map<String, Consumer<Boolean>> silences;
  private final InstantSource clock;

  /**
   * @param opcUa null where no machine speaks it
   * @param modbus null where no machine speaks Modbus TCP
   * @param ports by machine; several may share one
   * @param silences by machine, what makes it answer nothing or answer again
   */
  Faults(
      OpcUaPlant opcUa,
      Set<String> opcUaMachines,
      ModbusServer modbus,
      Map<String, Port> ports,
      Map<String, Consumer<Boolean>> silences,
      InstantSource clock) {
    this.opcUa = opcUa;
    this.opcUaMachines = opcUaMachines;
    this.modbus = modbus;
    this.ports = ports;
    this.silences = silences;
    this.clock = clock;
  }

  /**
   * Does what a line says, such as {@code port LATHE-01 close}; when this returns it is done.
   *
   * @throws IllegalArgumentException when the line says nothing that can be done here
   * @throws IOException when a port cannot be had again
   */
  public void apply(String line) throws IOException, InterruptedException {
    String[] words = line.split(" ", -1);
    if (line.equals("opcua stop") && opcUa != null) {
      opcUa.stop();
    } else if (line.equals("opcua start") && opcUa != null) {
      opcUa.start();
    } else if (line.equals("modbus stop") && modbus != null) {
      modbus.stop();
    } else if (line.equals("modbus start") && modbus != null) {
      modbus.start();
    } else if (words.length == 3 && words[0].equals("silence")) {
      found(silences, words[1], "Modbus").accept(isOn(words[2]));
    } else if (words.length == 3 && words[0].equals("quality")) {
      quality(words[1], words[2]);
    } else if (words.length == 3 && words[0].equals("port")) {
      port(found(ports, words[1], "serial"), words[2]);
    } else if (words.length == 3 && words[0].equals("noise")) {
      found(ports, words[1], "serial").wire().noisy(isOn(words[2]));
    } else if (words.length == 3 && words[0].equals("pieces")) {
      found(ports, words[1], "serial").wire().inPieces(isOn(words[2]));
    } else {
      throw unknown(line);
    }
  }

  private void quality(String machine, String word) {
    if (!opcUaMachines.contains(machine)) {
      throw unknown("no OPC UA machine " + machine);
    }
    Quality quality =
        Arrays.stream(Quality.values())
            .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(word));
    opcUa.quality(machine, quality, clock.instant());
  }

  private static void port(Port port, String word) throws IOException {
    switch (word) {
      case "open" -> port.open();
      case "close" -> port.close();
      default -> throw unknown(word);
    }
  }

  private static <T> T found(Map<String, T> all, String machine, String kind) {
    T found = all.get(machine);
    if (found == null) {
      throw unknown("no " + kind + " machine " + machine);
    }
    return found;
  }

  private static boolean isOn(String word) {
    return switch (word) {
      case "on" -> true;
      case "off" -> false;
      default -> throw unknown(word);
    };
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("\"" + what + "\": there is only " + KNOWN);
  }
}
