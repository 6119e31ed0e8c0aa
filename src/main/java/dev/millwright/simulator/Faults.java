package dev.millwright.simulator;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What can be done to a running plant, in words, so that its readers have something to bear. */
public final class Faults {

  private static final String KNOWN =
      "opcua stop|start, quality MACHINE good|uncertain|bad, port MACHINE close|open,"
          + " noise MACHINE on|off, pieces MACHINE on|off";

  private final OpcUaPlant opcUa;
  private final Set<String> opcUaMachines;
  private final Map<String, SerialMachine> serialMachines;
  private final InstantSource clock;

  /**
   * @param opcUa null where no machine speaks it
   */
  Faults(
      OpcUaPlant opcUa,
      Set<String> opcUaMachines,
      Map<String, SerialMachine> serialMachines,
      InstantSource clock) {
    this.opcUa = opcUa;
    this.opcUaMachines = opcUaMachines;
    this.serialMachines = serialMachines;
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
    } else if (words.length == 3 && words[0].equals("quality")) {
      quality(words[1], words[2]);
    } else if (words.length == 3 && words[0].equals("port")) {
      port(serial(words[1]), words[2]);
    } else if (words.length == 3 && words[0].equals("noise")) {
      serial(words[1]).wire().noisy(isOn(words[2]));
    } else if (words.length == 3 && words[0].equals("pieces")) {
      serial(words[1]).wire().inPieces(isOn(words[2]));
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

  private static void port(SerialMachine machine, String word) throws IOException {
    switch (word) {
      case "open" -> machine.open();
      case "close" -> machine.close();
      default -> throw unknown(word);
    }
  }

  private SerialMachine serial(String machine) {
    SerialMachine serial = serialMachines.get(machine);
    if (serial == null) {
      throw unknown("no serial machine " + machine);
    }
    return serial;
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
