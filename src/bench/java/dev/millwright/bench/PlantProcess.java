package dev.millwright.bench;

import dev.millwright.simulator.DirectedPlant;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Machines that only show what they show, in a process of their own; ends with its input. */
final class PlantProcess {

  /** Said before the OPC UA server's endpoint when all can be asked. */
  static final String READY = "plant is ready at ";

  private PlantProcess() {}

  /**
   * Runs it.
   *
   * @param arguments how many machines on OPC UA, how many units on Modbus TCP, and its port
   */
  public static void main(String[] arguments) throws Exception {
    try (DirectedPlant plant = new DirectedPlant(Path.of(""))) {
      String endpoint = plant.opcUa(names(Integer.parseInt(arguments[0])));
      plant.modbusTcp(Integer.parseInt(arguments[2]), units(Integer.parseInt(arguments[1])));
      System.out.println(READY + endpoint);
      while (System.in.read() >= 0) {
        // Nothing is asked of it here.
      }
    }
    System.exit(0);
  }

  /** The machines on OPC UA. */
  static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "M%04d".formatted(i)).toList();
  }

  /** The machines on Modbus TCP, units from 1 on. */
  static List<String> units(int count) {
    return IntStream.range(0, count).mapToObj(i -> "U%03d".formatted(i)).toList();
  }
}
