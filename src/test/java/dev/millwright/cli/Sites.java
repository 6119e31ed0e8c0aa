package dev.millwright.cli;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration on disk that a test puts together. */
final class Sites {

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
      """;

  /** Where nobody listens, which is told at once and tried again for as long as is said. */
  private static final String ABSENT = "//localhost:1/";

  private final Path file;
  private final Path machines;

  Sites(Path folder, TestDatabase database) throws IOException {
    this(folder, database.urlWithPassword());
  }

  Sites(Path folder, String url) throws IOException {
    file = folder.resolve("millwright.toml");
    machines = Files.createDirectories(folder.resolve("machines"));
    Files.writeString(
        file,
        """
        [database]
        url = "%s"
        connect_timeout = "%s"
        [journal]
        path = "%s"
        """
            .formatted(
                url,
                url.contains(ABSENT) ? "1s" : "20s",
                folder.resolve("journal.db").toAbsolutePath()));
  }

  /** From now on a database is given up when it has not answered for so long. */
  void connectWithin(String time) throws IOException {
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replaceFirst("connect_timeout = \"\\w+\"", "connect_timeout = \"" + time + "\""));
  }

  Path file() {
    return file;
  }

  /** A table [log] or another one. */
  void add(String toml) throws IOException {
    Files.writeString(file, Files.readString(file) + toml);
  }

  /** A machine in the daemon with runs of half a second. */
  void virtual(String name, boolean register) throws IOException {
    write(
        name,
        "virtual",
        register,
        """
        [virtual]
        recipes = ["R1"]
        cycle = "500ms"
        pause = "300ms"
        faults = 0.0
        stops = 0.0
        """);
  }

  void ascii(String name, String port) throws IOException {
    write(
        name,
        "ascii",
        false,
        """
        [ascii]
        port = "%s"
        baud = 9600
        poll = "100ms"
        timeout = "300ms"
        [tags]
        state = { query = "ST?\\r", reply = 'ST (\\d+)\\r' }
        """
                .formatted(port)
            + LIFECYCLE);
  }

  void opcUa(String name, int port) throws IOException {
    write(
        name,
        "opcua",
        false,
        """
        [opcua]
        endpoint = "opc.tcp://127.0.0.1:%d"
        security = "None"
        [tags]
        state = { node = "nsu=urn:x;s=State" }
        """
                .formatted(port)
            + LIFECYCLE);
  }

  /** One that holds its values until they are taken, with these nodes for the three tags. */
  void opcUa(String name, String endpoint, String state, String ready, String taken)
      throws IOException {
    write(
        name,
        "opcua",
        false,
        """
        [opcua]
        endpoint = "%s"
        security = "None"
        [tags]
        state = { node = "%s" }
        ready = { node = "%s" }
        taken = { node = "%s" }
        [handshake]
        trigger = "ready"
        reply = "taken"
        """
                .formatted(endpoint, state, ready, taken)
            + LIFECYCLE);
  }

  private void write(String name, String protocol, boolean register, String rest)
      throws IOException {
    Files.writeString(
        machines.resolve(name + ".toml"),
        """
        serial_number = "%s"
        protocol = "%s"
        register = %s
        stale_after = "20s"
        """
                .formatted(name, protocol, register)
            + rest);
  }
}
