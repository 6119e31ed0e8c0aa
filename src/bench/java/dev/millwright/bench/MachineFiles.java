package dev.millwright.bench;

import java.nio.file.Path;
import java.time.Duration;

/** What the configuration says of the machines of a {@code DirectedPlant}. */
final class MachineFiles {

  private MachineFiles() {}

  static String opcUa(String machine, String endpoint, Duration publishing, Duration sampling) {
    String node = "{ node = \"nsu=urn:millwright:plant;s=" + machine + "/%s\" }";
    return file(
        machine,
        "opcua",
        """
        [opcua]
        endpoint = "%s"
        security = "None"
        publishing = "%dms"
        sampling = "%dms"
        [tags]
        state = %s
        counter = %s
        recipe = %s
        """
            .formatted(
                endpoint,
                publishing.toMillis(),
                sampling.toMillis(),
                node.formatted("State"),
                node.formatted("Cycle"),
                node.formatted("Recipe")),
        "idle = [0], processing = [1], complete = [3], stopped = [4], error = [9]");
  }

  static String modbusRtu(String machine, Path port, Duration poll) {
    return file(
        machine,
        "modbus-rtu",
        """
        [modbus]
        port = "%s"
        unit = 1
        baud = %d
        parity = "none"
        poll = "%dms"
        [tags]
        state = { address = "holding:0", type = "uint16" }
        counter = { address = "holding:1", type = "uint32" }
        recipe = { address = "holding:3", type = "string[16]" }
        """
            .formatted(port.toAbsolutePath(), BarePolling.BAUD, poll.toMillis()),
        "idle = [0], processing = [1], complete = [3], stopped = [4], error = [9]");
  }

  static String ascii(String machine, Path port, Duration poll) {
    return file(
        machine,
        "ascii",
        """
        [ascii]
        port = "%s"
        baud = %d
        poll = "%dms"
        [tags]
        state = { query = "STATUS?\\r\\n", reply = 'STATE=(\\w+);' }
        recipe = { query = "STATUS?\\r\\n", reply = 'RECIPE=([^;]*);' }
        counter = { query = "STATUS?\\r\\n", reply = 'COUNT=(\\d+);' }
        """
            .formatted(port.toAbsolutePath(), BarePolling.BAUD, poll.toMillis()),
        "idle = [\"IDLE\"], processing = [\"RUN\"], complete = [\"DONE\"], stopped = [\"STOP\"],"
            + " error = [\"FAULT\"]");
  }

  /**
   * Which ends in the table of its link.
   *
   * @param cycle how long it runs, and rests
   */
  static String virtual(String machine, String cycle) {
    return """
        serial_number = "%s"
        protocol = "virtual"
        register = true
        stale_after = "5s"
        [virtual]
        recipes = ["R42"]
        cycle = "%s"
        pause = "%s"
        """
        .formatted(machine, cycle, cycle);
  }

  private static String file(String machine, String protocol, String tables, String states) {
    return """
        serial_number = "%s"
        protocol = "%s"
        register = true
        stale_after = "5s"
        %s
        [lifecycle]
        state = { tag = "state", %s }
        recipe = "recipe"
        counter = "counter"
        """
        .formatted(machine, protocol, tables, states);
  }
}
