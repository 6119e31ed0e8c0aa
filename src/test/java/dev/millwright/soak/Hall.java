package dev.millwright.soak;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Many machines of the same kind on few links: {@code M001} and so on behind one OPC UA server,
 * {@code U01} and so on as Modbus units on one RS-485 line; a plant of them, and a daemon's files.
 *
 * @param folder of all of it
 * @param opcUaPort where the server listens
 * @param staleAfter as all machines have it
 * @param poll of OPC UA
 * @param unitPoll of the units
 * @param dwell no state is shorter
 */
record Hall(
    Path folder,
    int opcUaPort,
    int onOpcUa,
    int onModbus,
    Duration staleAfter,
    Duration poll,
    Duration unitPoll,
    Duration dwell) {

  /** All of them. */
  List<String> machines() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= onOpcUa; i++) {
      names.add("M%03d".formatted(i));
    }
    for (int i = 1; i <= onModbus; i++) {
      names.add("U%02d".formatted(i));
    }
    return names;
  }

  static boolean isUnit(String machine) {
    return machine.startsWith("U");
  }

  Path truth() {
    return folder.resolve("truth.jsonl");
  }

  /**
   * Writes the plant's file.
   *
   * @return its folder
   */
  Path plant() throws Exception {
    StringBuilder plant = new StringBuilder();
    plant.append(
        """
        dwell = "%dms"
        ports = "%s"
        [opcua]
        listen = "127.0.0.1:%d"
        """
            .formatted(dwell.toMillis(), folder.toAbsolutePath(), opcUaPort));
    for (String machine : machines()) {
      plant.append(
          """
          [[machine]]
          serial_number = "%s"
          %s
          recipes = ["R42", "R17"]
          cycle = "6s"
          pause = "2s"
          faults = 0.05
          stops = 0.05
          component = "drive"
          fault = "overload"
          """
              .formatted(
                  machine,
                  isUnit(machine)
                      ? "protocol = \"modbus-rtu\"\nline = \"LINE\"\nunit = " + number(machine)
                      : "protocol = \"opcua\""));
    }
    Path home = Files.createDirectory(folder.resolve("plant"));
    Files.writeString(home.resolve("plant.toml"), plant);
    return home;
  }

  /**
   * Writes the daemon's main file, and a file for each machine.
   *
   * @param more tables of the main file
   * @return the main file
   */
  Path configure(TestDatabase database, String more) throws Exception {
    Path password = Files.writeString(folder.resolve("db-password"), "postgres\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(folder.resolve("machines"));
    for (String machine : machines()) {
      Files.writeString(file(machine), text(machine));
    }
    return Files.writeString(
        folder.resolve("millwright.toml"),
        """
        [database]
        url = "%s"
        user = "%s"
        password_file = "db-password"
        [journal]
        path = "%s"
        %s"""
            .formatted(
                database.url(),
                database.settings().user(),
                folder.resolve("journal.db").toAbsolutePath(),
                more));
  }

  /** A machine's file. */
  Path file(String machine) {
    return folder.resolve("machines/" + machine + ".toml");
  }

  /** What stands in it. */
  String text(String machine) {
    return """
        serial_number = "%s"
        protocol = "%s"
        register = true
        stale_after = "%dms"
        %s
        [lifecycle]
        state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
        recipe = "recipe"
        counter = "counter"
        """
        .formatted(
            machine,
            isUnit(machine) ? "modbus-rtu" : "opcua",
            staleAfter.toMillis(),
            isUnit(machine) ? unit(machine) : node(machine));
  }

  private static int number(String machine) {
    return Integer.parseInt(machine.substring(1));
  }

  private String node(String machine) {
    String tag = "{ node = \"nsu=urn:millwright:plant;s=" + machine + "/%s\" }";
    return """
        [opcua]
        endpoint = "opc.tcp://127.0.0.1:%d"
        security = "None"
        poll = "%dms"
        [tags]
        state = %s
        counter = %s
        recipe = %s
        """
        .formatted(
            opcUaPort,
            poll.toMillis(),
            tag.formatted("State"),
            tag.formatted("Cycle"),
            tag.formatted("Recipe"));
  }

  private String unit(String machine) {
    return """
        [modbus]
        port = "%s"
        unit = %d
        baud = 19200
        parity = "none"
        poll = "%dms"
        [tags]
        state = { address = "holding:0", type = "uint16" }
        counter = { address = "holding:1", type = "uint32" }
        recipe = { address = "holding:3", type = "string[16]" }
        """
        .formatted(folder.resolve("LINE").toAbsolutePath(), number(machine), unitPoll.toMillis());
  }
}
