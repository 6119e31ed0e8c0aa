package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.runtime.Engine.Wiring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files of several machines on OPC UA servers become (FIELD 4). */
class SharedServerTest {

  private static final String PRESS =
      """
      serial_number = "PRESS-01"
      protocol = "opcua"
      [opcua]
      endpoint = "opc.tcp://10.0.0.5"
      security = "None"
      [tags.state]
      path = "/Objects/2:Press/nsu=urn:press;State"
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  private static final String MILL =
      PRESS.replace("PRESS-01", "MILL-01").replace("Press", "Mill").replace(".5\"", ".5:4840/\"");

  @TempDir Path folder;

  @BeforeEach
  void main() throws Exception {
    Files.createDirectories(folder.resolve("machines"));
    Files.writeString(
        folder.resolve("millwright.toml"), "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n");
  }

  @Test
  void machinesOnOneServerShareALinkHoweverItIsSpelt() throws Exception {
    List<Wiring> wirings =
        wirings(PRESS, MILL, PRESS.replace("PRESS-01", "SAW-01").replace(".5", ".6"));
    assertEquals(
        List.of("opc.tcp://10.0.0.5:4840", "opc.tcp://10.0.0.6:4840"),
        wirings.stream().map(wiring -> wiring.link().name()).sorted().toList());
    assertEquals(3, wirings.stream().mapToInt(wiring -> wiring.machines().size()).sum());
  }

  /** One session cannot have two; which of the two is right, nobody but the technician knows. */
  @Test
  void machinesOnOneServerWithOtherSettingsAreAMistake() {
    String mistake =
        mistake(PRESS, MILL.replace("security = \"None\"", "security = \"None\"\nuser = \"mill\""))
            + mistake(PRESS, MILL.replace("security", "timeout = \"7s\"\nsecurity"));
    assertTrue(mistake.contains("opc.tcp://10.0.0.5:4840 is used by"), mistake);
    assertTrue(mistake.contains("with other settings"), mistake);
  }

  /** A copied file whose serial number was changed, and nothing else. */
  @Test
  void twoMachinesAtOnePathAreAMistake() {
    String mistake = mistake(PRESS, PRESS.replace("PRESS-01", "PRESS-02"));
    assertTrue(mistake.contains("the state is read at the same address as in"), mistake);
  }

  @Test
  void aPathThatIsNoneIsAMistakeWithItsLine() {
    String mistake = mistake(PRESS.replace("/Objects/2", "Objects/2"), MILL);
    assertTrue(mistake.contains("machine0.toml:7"), mistake);
    assertTrue(mistake.contains("does not begin with / or ."), mistake);
  }

  private String mistake(String... machines) {
    return assertThrows(ConfigException.class, () -> wirings(machines)).getMessage();
  }

  private List<Wiring> wirings(String... machines) throws Exception {
    for (int i = 0; i < machines.length; i++) {
      Files.writeString(folder.resolve("machines/machine" + i + ".toml"), machines[i]);
    }
    return Wirings.of(
        new ConfigLoader(Wirings.registry()).load(folder.resolve("millwright.toml"), Map.of()),
        null,
        InstantSource.system());
  }
}
