package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millwright.simulator.Dialect;
import dev.millwright.simulator.PlantSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The virtual plant's description. */
class PlantLoaderTest {

  private static final String PRESS =
      """
      [[machine]]
      serial_number = "PRESS-01"
      protocol = "opcua"
      recipes = ["R42", "R43"]
      cycle = "4s"
      pause = "1s"
      """;

  private static final String MILL =
      """
      [[machine]]
      serial_number = "MILL-07"
      protocol = "ascii"
      dialect = "status"
      recipes = ["A"]
      cycle = "6s"
      pause = "2s"
      faults = 0.1
      stops = 0.05
      component = "spindle"
      fault = "spindle overload"
      """;

  private static final String PUMP =
      """
      [[machine]]
      serial_number = "PUMP-01"
      protocol = "modbus-rtu"
      line = "PUMPS"
      unit = 3
      recipes = ["A"]
      cycle = "4s"
      pause = "1s"
      """;

  @TempDir Path temporary;

  private PlantSettings load(String text) throws Exception {
    Files.writeString(temporary.resolve("plant.toml"), text);
    return PlantLoader.load(temporary);
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws Exception {
    PlantSettings plant = load(PRESS);
    assertEquals(1, plant.seed());
    assertEquals(1.0, plant.speed());
    assertEquals(Duration.ofMillis(300), plant.dwell());
    assertEquals(Path.of("/tmp/millwright-plant"), plant.ports());
    assertEquals("127.0.0.1:4850", plant.opcua().listen());
    assertEquals("127.0.0.1", plant.opcua().address().getHostString());
    assertEquals(4850, plant.opcua().address().getPort());
    assertEquals("127.0.0.1:4852", plant.modbus().listen());
    assertEquals(0.0, plant.machine().get(0).faults());
  }

  @Test
  void everythingThatIsWrittenArrives() throws Exception {
    PlantSettings plant =
        load("seed = 42\nspeed = 10\ndwell = \"1s\"\nports = \"/run/plant\"\n" + PRESS + MILL);
    assertEquals(42, plant.seed());
    assertEquals(10.0, plant.speed());
    assertEquals(
        new PlantSettings.Machine(
            "MILL-07",
            PlantSettings.Protocol.ASCII,
            Dialect.STATUS,
            null,
            null,
            List.of("A"),
            Duration.ofSeconds(6),
            Duration.ofSeconds(2),
            0.1,
            0.05,
            "spindle",
            "spindle overload"),
        plant.machine().get(1));
  }

  static Stream<Arguments> slips() {
    return Stream.of(
        arguments("speed = 0.01\n" + PRESS, List.of("1: speed: 0.01 is not between 0.1 and 100")),
        arguments(
            "speed = nan\n" + PRESS, List.of("1: speed: NaN is not a number that can be used")),
        arguments("ports = \"p\"\n" + PRESS, List.of("1: ports: \"p\" is not a whole path")),
        arguments("seed = 1\n", List.of("1: required key \"machine\" is missing")),
        arguments(
            "machine = []\n",
            List.of("1: machine: there is no machine; describe each in a table [[machine]]")),
        arguments(
            "[machine]\nserial_number = \"A\"\n",
            List.of("1: machine: expected a list in [ ], found a table")),
        arguments(
            PRESS + PRESS,
            List.of("8: serial_number: \"PRESS-01\" is taken by machine 1 of this file")),
        arguments(
            PRESS.replace("opcua", "ascii"),
            List.of("1: dialect: protocol \"ascii\" needs one of status, registers, stream")),
        arguments(
            MILL.replace("\"ascii\"", "\"opcua\""),
            List.of("4: dialect: only protocol \"ascii\" has dialects")),
        arguments(
            MILL.replace("\"ascii\"", "\"asci\""),
            List.of(
                "3: protocol: \"asci\" is not one of opcua, ascii, modbus-rtu, modbus-tcp; did you mean \"ascii\"?")),
        arguments(
            MILL.replace("dialect", "dialet"),
            List.of("4: unknown key \"dialet\"; did you mean \"dialect\"?")),
        arguments(
            MILL.replace("[\"A\"]", "[]"),
            List.of(
                "5: recipes: a machine without recipes never runs; one that is to be stepped has no"
                    + " cycle and no pause")),
        arguments(
            MILL.replace("cycle = \"6s\"\n", ""), List.of("1: cycle: how long does a run take?")),
        arguments(
            MILL.replace("[\"A\"]", "[\"A\", 5]").replace("0.1", "2").replace("6s", "0s"),
            List.of(
                "5: recipes: expected a text such as \"a\", found the integer 5",
                "6: cycle: 0ms is not between 1ms and 24h",
                "8: faults: 2 is not between 0 and 1",
                "9: stops: 0.05 and faults = 2.0 are together more than 1")),
        arguments(
            MILL.replace("component = \"spindle\"\n", ""),
            List.of("1: component: faults > 0 needs what fails")),
        arguments(
            "[opcua]\nlisten = \"4850\"\n" + PRESS,
            List.of(
                "2: listen: \"4850\" is not a host and a port from 1 to 65535, as in"
                    + " 127.0.0.1:4850")),
        arguments(
            "[opcua]\npki = \"here\"\n" + PRESS, List.of("2: pki: \"here\" is not a whole path")),
        arguments(
            "[opcua]\nuser = \"u\"\n" + PRESS,
            List.of("1: password: the user needs a password_file")),
        arguments(
            "[modbus]\nlisten = \"h\"\n" + PRESS,
            List.of(
                "2: listen: \"h\" is not a host and a port from 1 to 65535, as in"
                    + " 127.0.0.1:4850")),
        arguments(
            PUMP + PUMP.replace("PUMP-01", "PUMP-02"),
            List.of("13: unit: 3 is taken by PUMP-01 on the same line")),
        arguments(
            PUMP.replace("unit = 3", "unit = 248"),
            List.of("5: unit: 248 is not between 1 and 247")),
        arguments(
            PUMP.replace("unit = 3\n", "").replace("line = \"PUMPS\"\n", ""),
            List.of(
                "1: line: protocol \"modbus-rtu\" needs the name of its line",
                "1: unit: protocol \"modbus-rtu\" or \"modbus-tcp\" needs one of 1 to 247")),
        arguments(
            PUMP.replace("modbus-rtu", "modbus-tcp").replace("PUMPS", "../x"),
            List.of("4: line: only protocol \"modbus-rtu\" has lines")),
        arguments(
            "[opcua]\nlisten = \"h:70000\"\n" + PRESS,
            List.of(
                "2: listen: \"h:70000\" is not a host and a port from 1 to 65535, as in"
                    + " 127.0.0.1:4850")));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void aSlipIsToldWithItsLine(String text, List<String> expected) {
    ConfigException exception = assertThrows(ConfigException.class, () -> load(text));
    assertEquals(
        expected,
        exception.mistakes().stream()
            .map(m -> m.toString().replace(temporary + "/plant.toml:", ""))
            .toList());
  }
}
