package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.TagKinds;
import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.Control;
import dev.millwright.runtime.DriveSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final String HELPED =
      MACHINE
          + "cooler = { address = \"coil:2\" }\n"
          + "cooler_s = { address = \"holding:51\", type = \"uint16\" }\n"
          + DRIVE.replace(
              "[panel]", "[drive.watchdog]\ntag = \"speed\" # alive\nperiod = \"3s\"\n[panel]")
          + """
          [drive.timed.cooler]
          duration = "cooler_s"
          unit = "s"
          """;

  @Test
  void aDriveHasItsWatchdogAndItsTimedOutputs() throws Exception {
    MachineSettings machine = read(HELPED);
    DriveSettings settings = ((Control.Driven) machine.control()).settings();
    assertEquals("Watchdog[tag=speed, period=PT3S]", settings.watchdog().toString());
    TagKind.Timed cooler =
        new TagKind.Timed("cooler_s", Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertEquals(Map.of("cooler", cooler), settings.timed());
    assertEquals(cooler, TagKinds.of(machine).get("cooler").timed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "speed" #            | "sped" #         | 17: watchdog.tag: there is no table [tags.sped]
          "speed" #            | "level" #        | tag "level" is only read, never written
          "3s"                 | "10ms"           | 18: watchdog.period: 10ms is not between 50ms and 1m
          "3s"                 | "300ms"          | 18: drive.watchdog.period: 300ms is not longer than timeout, 500ms
          period               | peroid           | unknown key "peroid"; did you mean "period"?
          = "cooler_s"         | = "cooler_x"     | timed.duration: there is no table [tags.cooler_x]
          = "cooler_s"         | = "start"        | timed.cooler.duration: tag "start" takes no number
          = "cooler_s"         | = "cooler"       | timed.cooler.duration: is the output itself
          timed.cooler         | timed.level      | timed: tag "level" is only read, never written
          unit = "s"           | unit = "min"     | is not one of ms, s
          """)
  void mistakesInWatchdogsAndTimedOutputsAreNamed(String from, String to, String mistake) {
    String told = mistake(HELPED.replace(from, to));
    assertTrue(told.contains(mistake), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          valve | vavle | 5: safe: the machine has no tag "vavle"; did you mean "valve"?
          valve | state | 5: safe: tag "state" is only read, never written
          false | 0     | 4: safe: valve = 0: the tag takes boolean values
          ready | stop  | 7: start: tag "stop" is only written, so it shows nothing
          """)
  void mistakesInTheDriveOfAVirtualMachineAreNamed(String from, String to, String mistake)
      throws Exception {
    String machine =
        """
        serial_number = "VIRT-01"
        protocol = "virtual"
        [virtual]
        [drive]
        safe = [{ tag = "valve", value = false }]
        [panel]
        start = { tag = "ready", value = true }
        """;
    assertTrue(read(machine).control() instanceof Control.Driven);
    String told = mistake(machine.replace(from, to));
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
