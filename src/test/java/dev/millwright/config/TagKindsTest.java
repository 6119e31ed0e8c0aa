package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millwright.daemon.Wirings;
import dev.millwright.recipe.TagKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What recipes may expect of tags, whatever the protocol. */
class TagKindsTest {

  private static final String LIFECYCLE =
      "[lifecycle]\nstate = { tag = \"state\", idle = [0], processing = [1] }\n";

  private static Map<String, TagKind> kinds(String toml) throws ConfigException {
    String whole = "serial_number = \"M\"\nregister = false\n" + toml + LIFECYCLE;
    return TagKinds.of(
        new ConfigLoader(Wirings.registry()).machine(whole, Path.of("m.toml"), Map.of()));
  }

  private static void refused(String toml, String... why) {
    ConfigException e = assertThrows(ConfigException.class, () -> kinds(toml));
    assertEquals(
        List.of(why), e.mistakes().stream().map(m -> m.line() + ": " + m.message()).toList());
  }

  private static final String MODBUS =
      """
      protocol = "modbus-tcp"
      [modbus]
      host = "127.0.0.1"
      unit = 1
      [tags]
      state = { address = "input:0", type = "uint16" }
      """;

  @Test
  void modbusTypesSayWhatTheyTake() throws ConfigException {
    Map<String, TagKind> kinds =
        kinds(
            MODBUS
                + """
                valve = { address = "coil:1" }
                speed = { address = "holding:1", type = "int16", unit = "rpm" }
                level = { address = "holding:2", type = "uint16", scale = 0.5, max = 100, unit = "%" }
                flow = { address = "holding:4", type = "float32", min = 0 }
                name = { address = "holding:8", type = "string[16]" }
                """);
    assertEquals(
        new TagKind(TagKind.Type.INTEGER, 0.0, 65535.0, true, false, null), kinds.get("state"));
    assertEquals(
        new TagKind(TagKind.Type.BOOLEAN, null, null, true, true, null), kinds.get("valve"));
    assertEquals(
        new TagKind(TagKind.Type.INTEGER, -32768.0, 32767.0, true, true, "rpm"),
        kinds.get("speed"));
    assertEquals(new TagKind(TagKind.Type.REAL, 0.0, 100.0, true, true, "%"), kinds.get("level"));
    assertEquals(new TagKind(TagKind.Type.REAL, 0.0, null, true, true, null), kinds.get("flow"));
    assertEquals(new TagKind(TagKind.Type.TEXT, null, null, true, true, null), kinds.get("name"));
  }

  @Test
  void aVirtualMachineBringsItsTags() throws ConfigException {
    Map<String, TagKind> kinds =
        TagKinds.of(
            new ConfigLoader(Wirings.registry())
                .machine(
                    "serial_number = \"V\"\nprotocol = \"virtual\"\n[virtual]\n",
                    Path.of("v.toml"),
                    Map.of()));
    assertEquals(
        new TagKind(TagKind.Type.INTEGER, 0.0, 9.0, true, false, null), kinds.get("state"));
    assertEquals(new TagKind(TagKind.Type.TEXT, null, null, true, true, null), kinds.get("recipe"));
    assertEquals(
        new TagKind(TagKind.Type.BOOLEAN, null, null, false, true, null), kinds.get("start"));
    assertEquals(
        new TagKind(TagKind.Type.BOOLEAN, null, null, true, true, null), kinds.get("valve"));
  }

  @Test
  void aRangeIsOfANumberAndNotEmpty() {
    refused(
        MODBUS + "valve = { address = \"coil:1\", max = 5 }\n",
        "9: max: only a number has a range");
    refused(
        MODBUS + "speed = { address = \"holding:1\", type = \"int16\", min = 40000 }\n",
        "9: min: is more than max");
  }

  @Test
  void opcUaTagsMaySayWhatTheServerHas() throws ConfigException {
    String opcua =
        """
        protocol = "opcua"
        [opcua]
        endpoint = "opc.tcp://127.0.0.1:4850"
        security = "None"
        [tags]
        state = { node = "nsu=urn:x;s=State" }
        """;
    Map<String, TagKind> kinds =
        kinds(
            opcua
                + """
                setpoint = { node = "nsu=urn:x;s=A", type = "real", min = 0, max = 200, unit = "degC" }
                temperature = { node = "nsu=urn:x;s=B", access = "read" }
                """);
    assertEquals(
        new TagKind(TagKind.Type.REAL, 0.0, 200.0, true, true, "degC"), kinds.get("setpoint"));
    assertEquals(TagKind.unknown(true, false), kinds.get("temperature"));
    assertEquals(TagKind.unknown(true, true), kinds.get("state"));
    refused(
        opcua + "a = { node = \"nsu=urn:x;s=A\", type = \"bool\" }\n",
        "9: type: \"bool\" is not one of boolean, integer, real, text");
  }

  @Test
  void anAsciiCommandWithoutAValueCanOnlyBeDone() throws ConfigException {
    Map<String, TagKind> kinds =
        kinds(
            """
            protocol = "ascii"
            [ascii]
            port = "/dev/ttyUSB0"
            baud = 9600
            [tags]
            state = { query = "ST?\\r", reply = 'ST (\\d+)\\r' }
            purge = { write = "PURGE\\r", confirm = 'OK\\r' }
            heat = { write = "HEAT {value}\\r", confirm = 'OK\\r', type = "real", max = 90, unit = "degC" }
            """);
    assertEquals(
        new TagKind(TagKind.Type.BOOLEAN, 1.0, null, false, true, null), kinds.get("purge"));
    assertEquals(
        new TagKind(TagKind.Type.REAL, null, 90.0, false, true, "degC"), kinds.get("heat"));
  }
}
