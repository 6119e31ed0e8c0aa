package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.MachineSettings;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.Control;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a machine's file says of commands and drives, and what is a mistake in it. */
class ControlFileTest {

  private static final String MACHINE =
      """
      serial_number = "PUMP-09"
      protocol = "modbus-tcp"
      [modbus]
      host = "127.0.0.1"
      unit = 1
      [tags]
      state = { address = "holding:0", type = "uint16" }
      start = { address = "coil:1" }
      speed = { address = "holding:50", type = "uint16" }
      level = { address = "input:3", type = "uint16" }
      """;

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  private static final String COMMANDS =
      """
      [commands.start]
      write = { speed = "{speed}", start = true }
      expect = { state = "processing", within = "5s" }
      release = { start = false }
      """;

  private static final String DRIVE =
      """
      [drive]
      safe = [{ tag = "start", value = false }, { tag = "speed", value = 0 }]
      overrun_limit = "40ms"
      [panel]
      start = { tag = "level", value = 1 }
      """;

  @TempDir Path folder;

  @BeforeEach
  void main() throws Exception {
    Files.createDirectories(folder.resolve("machines"));
    Files.writeString(
        folder.resolve("millwright.toml"), "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n");
  }

  @Test
  void commandsAreReadInTheOrderOfTheFile() throws Exception {
    Control.Own own = (Control.Own) read(MACHINE + LIFECYCLE + COMMANDS).control();
    assertEquals(
        "[speed = \"{speed}\", start = true] [start = false]",
        own.commands().get(Kind.START).write() + " " + own.commands().get(Kind.START).release());
  }

  @Test
  void aDriveHasItsSafeStateInTheOrderOfTheFile() throws Exception {
    MachineSettings machine = read(MACHINE + DRIVE);
    Control.Driven driven = (Control.Driven) machine.control();
    assertEquals("[start = false, speed = 0]", driven.settings().safe().toString());
    assertEquals("level = 1", driven.settings().panel().get(Kind.START).toString());
    assertEquals("millwright.state", machine.lifecycle().state().tag());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          start = true        | strat = true             | there is no table [tags.strat]; did you mean "start"?
          start = true        | level = 1                | tag "level" is only read, never written
          start = true        | start = 7                | start = 7: the tag takes boolean values
          write = {           | rite = {                 | unknown key "rite"; did you mean "write"?
          "processing"        | "busy"                   | is not one of idle, processing
          "5s"                | "5ms"                    | 5ms is not between 100ms and 1h
          [commands.start]    | [commands.begin]         | unknown key "begin"
          expect              | #                        | required table [expect] is missing
          """)
  void mistakesInCommandsAreNamed(String from, String to, String mistake) {
    String told = mistake(MACHINE + LIFECYCLE + COMMANDS.replace(from, to));
    assertTrue(told.contains(mistake), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          safe = [            | sage = [                 | unknown key "sage"; did you mean "safe"?
          safe = [            | hold = [                 | safe: is empty
          "speed", value = 0  | "sped", value = 0        | there is no table [tags.sped]
          "speed", value = 0  | "level", value = 0       | tag "level" is only read, never written
          value = 0           | valeu = 0                | expected { tag =
          "40ms"              | "2h"                     | 2h is not between 1ms and 1m
          value = false       | value = 3                | start = 3: the tag takes boolean values
          "speed", value = 0  | "speed", value = 70000   | speed = 70000: the tag takes values from
          [drive]             | [handshake] #            | belongs to a machine with a table [drive]
          """)
  void mistakesInDrivesAreNamed(String from, String to, String mistake) {
    String told = mistake(MACHINE + DRIVE.replace(from, to));
    assertTrue(told.contains(mistake), told);
  }

  /** Two that say what the machine does would contradict each other. */
  @Test
  void aDriveIsItsOwnLifecycle() {
    String told = mistake(MACHINE + LIFECYCLE + COMMANDS + DRIVE);
    assertTrue(told.contains("table [lifecycle] does not go with [drive]"), told);
    assertTrue(told.contains("table [commands] does not go with [drive]"), told);
  }

  private MachineSettings read(String text) throws Exception {
    Files.writeString(folder.resolve("machines/pump.toml"), text);
    return new ConfigLoader(Wirings.registry())
        .load(folder.resolve("millwright.toml"), Map.of())
        .machines()
        .get(0);
  }

  private String mistake(String text) {
    return assertThrows(ConfigException.class, () -> read(text)).getMessage();
  }
}
