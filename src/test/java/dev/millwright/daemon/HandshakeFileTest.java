package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reply that a machine would never take, or never take back, is told before anything runs. */
class HandshakeFileTest {

  private static final String REST =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      [handshake]
      trigger = "ready"
      reply = "taken"
      """;

  private static final String ASCII =
      """
      serial_number = "PRESS-01"
      protocol = "ascii"
      [ascii]
      port = "/dev/ttyS0"
      [tags]
      state = { query = "?", reply = "S(.);" }
      """;

  private static final String OPC_UA =
      """
      serial_number = "PRESS-01"
      protocol = "opcua"
      [opcua]
      endpoint = "opc.tcp://plc"
      [tags]
      state = { node = "i=1" }
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          query = "?", reply = "R(.);"                   | write = "T {value};", confirm = "OK"                   |
          query = "?", reply = "R(.);", type = "integer" | write = "T {value};", confirm = "OK", type = "real"    |
          query = "?", reply = "R(.);"                   | write = "TAKEN;", confirm = "OK"                       | can only be written as true, so it could not be taken back: give its write a {value}
          query = "?", reply = "R(.);", type = "text"    | write = "T {value};", confirm = "OK", type = "integer" | takes a number, and is set to what tag "ready" shows, a text; both have to be of one kind
          node = "i=2"                                   | node = "i=3"                                           |
          node = "i=2", type = "boolean"                 | node = "i=3", type = "boolean"                         |
          node = "i=2", type = "boolean"                 | node = "i=3", type = "integer"                         | takes a number, and is set to what tag "ready" shows, true or false; both have to be of one kind
          """)
  void aReplyHasToTakeWhatTheTriggerShows(String ready, String taken, String complaint)
      throws Exception {
    String head = ready.startsWith("node") ? OPC_UA : ASCII;
    String tags = "ready = { " + ready + " }\ntaken = { " + taken + " }\n";
    Path file = Files.createDirectories(folder.resolve("machines")).resolve("a.toml");
    Files.writeString(file, head + tags + REST);
    Path main = folder.resolve("millwright.toml");
    Files.writeString(main, "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n");
    String expected = file + ":13: reply: tag \"taken\" " + complaint;
    assertEquals(complaint == null ? List.of() : List.of(expected), mistakes(main));
  }

  private static List<String> mistakes(Path main) {
    try {
      assertEquals(1, new ConfigLoader(Wirings.registry()).load(main, Map.of()).machines().size());
      return List.of();
    } catch (ConfigException e) {
      return e.mistakes().stream().map(Object::toString).toList();
    }
  }
}
