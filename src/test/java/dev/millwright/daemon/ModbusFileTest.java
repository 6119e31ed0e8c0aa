package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a technician reads after a slip in a Modbus machine's file: the line, and what is right. */
class ModbusFileTest {

  private static final String RTU =
      """
      serial_number = "PUMP-01"
      protocol = "modbus-rtu"
      [modbus]
      port = "/dev/ttyUSB0"
      unit = 3
      [tags]
      state = { address = "holding:100", type = "uint16" }
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  private static final String TCP =
      RTU.replace("modbus-rtu", "modbus-tcp").replace("port = \"/dev/ttyUSB0\"", "host = \"plc\"");

  @TempDir Path folder;

  @BeforeEach
  void main() throws Exception {
    Files.createDirectories(folder.resolve("machines"));
    Files.writeString(
        folder.resolve("millwright.toml"), "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n");
  }

  static Stream<Arguments> slips() {
    return Stream.of(
        tag(
            "address = \"holding:65536\", type = \"int16\"",
            "address: 65536 in \"holding:65536\" is not between 0 and 65535"),
        tag(
            "address = \"holding:65535\", type = \"float32\"",
            "address: float32 at holding:65535 goes on to 65536, over the last address 65535"),
        tag(
            "address = \"holding:7.16\"",
            "address: bit 16 in \"holding:7.16\" is not between 0 (lowest) and 15"),
        tag(
            "address = \"coil:7.1\"",
            "address: \"coil:7.1\" names a bit of what is a single bit; leave .1 out"),
        tag(
            "address = \"40101\", type = \"int16\"",
            "in this numbering the first digit is the table and numbers begin at 1: write"
                + " \"holding:100\""),
        tag("address = \"400101\", type = \"int16\"", "write \"holding:100\""),
        tag("address = \"30001\", type = \"int16\"", "write \"input:0\""),
        tag("address = \"10002\"", "write \"discrete:1\""),
        tag("address = \"00001\"", "write \"coil:0\""),
        tag(
            "address = \"register:1\", type = \"int16\"",
            "write coil:, discrete:, input: or holding: and a number from 0"),
        tag("address = \"holding:1\"", "type: is missing; a register may be int16, uint16"),
        tag(
            "address = \"holding:1\", type = \"string\"",
            "type: \"string\" does not say how long: write string[16] for 16 characters"),
        tag("address = \"holding:1\", type = \"string[]\"", "does not say how long"),
        tag(
            "address = \"holding:1\", type = \"string[251]\"",
            "type: 251 in \"string[251]\" is not between 1 and 250"),
        tag("address = \"holding:1\", type = \"uint61\"", "did you mean \"uint16\"?"),
        tag(
            "address = \"holding:1.1\", type = \"uint16\"",
            "type: holding:1.1 is a single bit, and so a bool, not uint16; leave the type out"),
        tag("address = \"coil:1\", type = \"uint16\"", "type: coil:1 is a single bit"),
        tag(
            "address = \"holding:1\", type = \"int32\", word_order = \"CDAB\"",
            "word_order: \"CDAB\" is not one of big, little"),
        tag(
            "address = \"holding:1\", type = \"int32\", byte_order = \"swapped\"",
            "byte_order: \"swapped\" is not one of big, little"),
        tag(
            "address = \"holding:1\", type = \"int32\", scale = 0",
            "scale: 0.0 would make every value the same"),
        tag(
            "address = \"holding:1\", type = \"string[4]\", scale = 2",
            "scale: string[4] is not a number to be scaled"),
        tag(
            "address = \"holding:1\", type = \"int16\", unit = \"\"",
            "unit: \"\" is empty, or has blanks around it"),
        tag(
            "address = \"holding:99\", type = \"uint32\"",
            "address: holding:99 uint32 overlaps with tag state, holding:100 uint16; one of them is"
                + " wrong"),
        tag(
            "address = \"holding:99\", type = \"float32\"",
            "address: holding:99 float32 overlaps with tag state, holding:100 uint16; one of them is"
                + " wrong"),
        tag(
            "address = \"holding:100\", type = \"int16\"",
            "address: holding:100 int16 overlaps with tag state"),
        tag(
            "address = \"input:1\", type = \"uint16\", access = \"read-write\"",
            "access: input:1 can only be read; what can be written is a holding register"),
        tag(
            "address = \"discrete:1\", access = \"write\"",
            "access: discrete:1 can only be read; what can be written is a coil"),
        tag(
            "address = \"holding:1\", type = \"string[247]\", access = \"write\"",
            "access: string[247] has more than the 123 registers that one request writes"),
        tag("address = \"coil:1\", access = \"rw\"", "access: \"rw\" is not one of read, write"),
        slip(
            RTU.replace(
                    "[lifecycle]",
                    "start = { address = \"coil:1\", access = \"write\" }\n[lifecycle]")
                + "fault = \"start\"\n",
            11,
            "fault: tag \"start\" is only written, so it shows nothing"),
        slip(
            RTU.replace(
                "\"uint16\" }",
                "\"uint16\", access = \"write\" }\nother = { address = \"coil:1\" }"),
            10,
            "state.tag: tag \"state\" is only written, so it shows nothing"),
        slip(
            handshake("address = \"holding:7\", type = \"int16\"", "address = \"coil:8\""),
            14,
            "reply: tag \"taken\" takes true or false, and is set to what tag \"ready\" shows, a number;"
                + " both have to be of one kind"),
        slip(
            handshake("address = \"discrete:7\"", "address = \"holding:8\", type = \"string[2]\""),
            14,
            "reply: tag \"taken\" takes a text, and is set to what tag \"ready\" shows, true or false"),
        slip(
            handshake("address = \"coil:7\"", "address = \"discrete:8\", access = \"read\""),
            14,
            "reply: tag \"taken\" is only read, never written"),
        slip(RTU.replace("unit = 3", "unit = 0"), 5, "unit: 0 is not between 1 and 247"),
        slip(RTU.replace("unit = 3", "unit = 248"), 5, "unit: 248 is not between 1 and 247"),
        slip(TCP.replace("unit = 3", "unit = 255"), 5, "unit: 255 is not between 1 and 247"),
        slip(
            TCP.replace("unit = 3", "unit = 3\nport = 65536"),
            6,
            "port: 65536 is not between 1 and 65535"),
        slip(TCP.replace("\"plc\"", "\"plc:502\""), 4, "the port has a key of its own"),
        slip(
            RTU.replace("unit = 3", "unit = 3\nmax_gap = 125"),
            6,
            "max_gap: 125 is not between 0 and 124"),
        slip(
            RTU.replace("unit = 3", "unit = 3\npoll = \"5s\""),
            6,
            "poll: 5s is more than a third of stale_after, 5s"),
        slip(
            RTU.replace("unit = 3", "unit = 3\ntimeout = \"5s\""),
            6,
            "timeout: 5s is not less than stale_after, 5s"),
        slip(
            RTU.replace("unit = 3", "unit = 3\nquiet = \"1ms\""),
            6,
            "quiet: 1ms is not between 10ms and 10m"),
        slip(
            RTU.replace("unit = 3", "unit = 3\nframe_gap = \"2s\""),
            6,
            "frame_gap: 2s is not between 1ms and 1s"),
        slip(
            RTU.replace("unit = 3", "unit = 3\nbaud = 1"),
            6,
            "baud: 1 is not between 50 and 4000000"),
        slip(RTU.replace("unit = 3", "unit = 3\ndata_bits = 7"), 6, "unknown key \"data_bits\""),
        slip(
            RTU.replace("[1] }", "[65536] }"),
            9,
            "tag state can never show 65536: uint16 is a number from 0 to 65535"),
        slip(
            RTU.replace("[1] }", "[\"RUN\"] }"),
            9,
            "tag state can never show RUN: uint16 is a number"));
  }

  private static Arguments tag(String other, String expected) {
    String text = RTU.replace("[lifecycle]", "other = { " + other + " }\n[lifecycle]");
    return slip(text + "recipe = \"other\"\n", 8, expected);
  }

  private static String handshake(String ready, String taken) {
    return RTU.replace(
            "[lifecycle]", "ready = { " + ready + " }\ntaken = { " + taken + " }\n[lifecycle]")
        + "[handshake]\ntrigger = \"ready\"\nreply = \"taken\"\n";
  }

  private static Arguments slip(String text, int line, String expected) {
    return arguments(text, line, expected);
  }

  @ParameterizedTest
  @MethodSource("slips")
  void a_slip_is_told_with_its_line_and_what_is_right(String text, int line, String expected)
      throws Exception {
    Files.writeString(folder.resolve("machines/a.toml"), text);
    ConfigException refused = assertThrows(ConfigException.class, this::load);
    String told = refused.mistakes().get(0).toString();
    String place = folder.resolve("machines/a.toml") + ":" + line + ": ";
    assertEquals(place, told.substring(0, Math.min(place.length(), told.length())), told);
    assertTrue(told.contains(expected), told);
    assertEquals(1, refused.mistakes().size(), refused.getMessage());
  }

  /** A status word and its bits, and one value under two names, are no overlap. */
  @Test
  void views_of_the_same_registers_are_allowed() throws Exception {
    Files.writeString(
        folder.resolve("machines/a.toml"),
        RTU.replace(
            "[lifecycle]",
            """
            run = { address = "holding:100.0" }
            fault = { address = "holding:100.15" }
            again = { address = "holding:100", type = "uint16", scale = 0.1, unit = "bar" }
            coil = { address = "input:100", type = "int32", word_order = "little" }
            [lifecycle]
            """));
    assertEquals(1, load().machines().size());
  }

  @Test
  void a_reply_of_the_triggers_kind_is_allowed() throws Exception {
    Files.writeString(
        folder.resolve("machines/a.toml"),
        handshake("address = \"discrete:7\"", "address = \"holding:8.3\""));
    Files.writeString(
        folder.resolve("machines/b.toml"),
        handshake(
                "address = \"input:7\", type = \"uint16\"",
                "address = \"holding:8\", type = \"int32\"")
            .replace("PUMP-01", "PUMP-02")
            .replace("unit = 3", "unit = 4"));
    assertEquals(2, load().machines().size());
  }

  /** Units on one line have the same addresses, and are no copies of one another. */
  @Test
  void units_share_a_line_or_a_connection_and_say_the_same_of_it() throws Exception {
    Files.writeString(folder.resolve("machines/a.toml"), RTU);
    Files.writeString(
        folder.resolve("machines/b.toml"),
        RTU.replace("PUMP-01", "PUMP-02").replace("unit = 3", "unit = 4"));
    Files.writeString(folder.resolve("machines/c.toml"), TCP.replace("PUMP-01", "PLC-1"));
    Files.writeString(
        folder.resolve("machines/d.toml"),
        TCP.replace("PUMP-01", "PLC-2").replace("unit = 3", "unit = 4"));
    assertEquals(
        Map.of("/dev/ttyUSB0", 2, "plc:502", 2),
        Wirings.of(load(), null, InstantSource.system()).stream()
            .collect(
                Collectors.toMap(
                    wiring -> wiring.link().name(), wiring -> wiring.machines().size())));

    Files.writeString(
        folder.resolve("machines/b.toml"),
        RTU.replace("PUMP-01", "PUMP-02").replace("unit = 3", "unit = 4\nbaud = 9600"));
    Files.writeString(folder.resolve("machines/d.toml"), TCP.replace("PUMP-01", "PLC-2"));
    List<String> mistakes =
        assertThrows(ConfigException.class, this::load).mistakes().stream()
            .map(Object::toString)
            .toList();
    assertEquals(2, mistakes.size(), mistakes.toString());
    assertTrue(
        mistakes
            .get(0)
            .contains("b.toml:3: /dev/ttyUSB0 is used by a.toml line 3 as well, with other"),
        mistakes.get(0));
    assertTrue(
        mistakes
            .get(1)
            .contains("d.toml:7: the state is read at the same address as in c.toml line 7"),
        mistakes.get(1));
  }

  private Configuration load() throws ConfigException {
    return new ConfigLoader(Wirings.registry()).load(folder.resolve("millwright.toml"), Map.of());
  }
}
