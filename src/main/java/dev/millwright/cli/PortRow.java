package dev.millwright.cli;

import dev.millwright.device.serial.Port;
import dev.millwright.device.serial.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A serial port and what the configuration says of it.
 *
 * @param port null when the configuration names one that is not there
 * @param names how the configuration calls it; empty when no machine uses it
 * @param machines their serial numbers
 * @param problem why it cannot be used, and what to do; null when nothing is seen
 */
record PortRow(Port port, List<String> names, List<String> machines, String problem) {

  /**
   * First the ports that the host has, then those that only the configuration knows.
   *
   * @param machines by the port's name in the configuration
   */
  static List<PortRow> of(Ports ports, Map<String, List<String>> machines) {
    Map<Path, PortRow> present = new LinkedHashMap<>();
    ports.all().forEach(port -> present.put(port.device(), of(port)));
    List<PortRow> absent = new ArrayList<>();
    machines.forEach(
        (name, users) -> {
          Port port = ports.at(Path.of(name)).orElse(null);
          if (port == null) {
            absent.add(new PortRow(null, List.of(name), users, Ports.problem(Path.of(name))));
          } else {
            present.merge(
                port.device(),
                of(port).usedBy(name, users),
                (row, used) -> row.usedBy(name, users));
          }
        });
    List<PortRow> rows = new ArrayList<>(present.values());
    rows.addAll(absent);
    return rows;
  }

  static PortRow of(Port port) {
    return new PortRow(port, List.of(), List.of(), problem(port));
  }

  /** A lock of ours is none: the daemon has its ports. */
  private static String problem(Port port) {
    if (port.denied() != null) {
      return port.denied();
    }
    return port.holders().stream()
        .filter(
            holder -> holder.locked() && !String.valueOf(holder.program()).startsWith("millwright"))
        .findFirst()
        .map(
            holder ->
                "busy: " + holder + " has locked it; a daemon that needs it waits for the end")
        .orElse(null);
  }

  /** The same port, which these machines use under this name. */
  PortRow usedBy(String name, List<String> users) {
    List<String> allNames = new ArrayList<>(names);
    allNames.add(name);
    List<String> allMachines = new ArrayList<>(machines);
    allMachines.addAll(users);
    return new PortRow(port, allNames, allMachines, problem);
  }
}
