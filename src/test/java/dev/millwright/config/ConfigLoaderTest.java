package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole configurations: the main file, the machines beside it, and how they fit together. */
class ConfigLoaderTest {

  private static final String SMALL =
      """
      serial_number = "MILL-08"
      protocol = "ascii"
      [ascii]
      port = "/dev/ttyUSB1"
      [tags.mode]
      query = "S?"
      [lifecycle]
      state = { tag = "mode", idle = [0], processing = [1] }
      """;

  @TempDir Path temporary;

  private Samples.Folder valid() throws IOException {
    return Samples.Folder.in(temporary).write("machines/mill-07.toml", Samples.ASCII);
  }

  @Test
  void everythingThatIsWrittenArrives() throws Exception {
    Configuration configuration = valid().load();
    assertEquals(List.of(), configuration.warnings());
    Samples.Database database = configuration.section(Samples.Database.class);
    assertEquals("jdbc:postgresql://db1/plant", database.url());
    assertEquals("s3cret-of-the-plant", database.password().reveal());
    MachineSettings machine = configuration.machines().get(0);
    assertEquals(temporary.resolve("machines/mill-07.toml"), machine.file());
    assertEquals("MILL-07", machine.serialNumber());
    assertTrue(machine.register() && machine.acceptUncertain());
    assertEquals(
        new Samples.Line("/dev/ttyUSB0", 19200, Samples.Parity.EVEN, Duration.ofMillis(500)),
        machine.link(Samples.Line.class));
    assertEquals(
        Set.of("mode", "program", "alarm", "unit", "runs"),
        machine.tags(Samples.Tag.class).keySet());
    assertEquals("STATE=(\\w+)", machine.tags(Samples.Tag.class).get("mode").reply().pattern());
    assertEquals(
        Map.of(
            "0", Shown.IDLE,
            "1", Shown.PROCESSING,
            "RUN", Shown.PROCESSING,
            "3", Shown.COMPLETE,
            "4", Shown.STOPPED,
            "true", Shown.ERROR),
        machine.lifecycle().state().meanings());
    assertEquals(List.of("mode", "program", "alarm", "unit", "runs"), machine.lifecycle().tags());
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws Exception {
    Configuration configuration =
        Samples.Folder.in(temporary).write("machines/a.toml", SMALL).load();
    assertEquals("info", configuration.section(Samples.Log.class).level());
    assertEquals(4, configuration.section(Samples.Database.class).pool());
    MachineSettings machine = configuration.machines().get(0);
    assertEquals(Duration.ofSeconds(5), machine.staleAfter());
    assertFalse(machine.register() || machine.acceptUncertain());
    assertEquals(
        new Samples.Line("/dev/ttyUSB1", 9600, Samples.Parity.NONE, Duration.ofSeconds(1)),
        machine.link());
    assertEquals(null, machine.lifecycle().recipe());
    assertEquals(
        Set.of(Shown.IDLE, Shown.PROCESSING),
        Set.copyOf(machine.lifecycle().state().meanings().values()));
  }

  /** A default that is written out means the same as one that is not. */
  @Test
  void defaultsSurviveBeingWrittenOut() throws Exception {
    Samples.Folder folder = Samples.Folder.in(temporary).write("machines/a.toml", SMALL);
    MachineSettings tacit = folder.load().machines().get(0);
    folder.write(
        "machines/a.toml",
        SMALL
            .replace(
                "[ascii]",
                "stale_after = \"5s\"\nregister = false\naccept_uncertain = false\n[ascii]")
            .replace("[tags", "baud = 9600\nparity = \"none\"\ntimeout = \"1000ms\"\n[tags"));
    MachineSettings written = folder.load().machines().get(0);
    assertEquals(tacit, written);
  }

  /** Whoever needs one table is not kept from it by a mistake in another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          as it should be              | [log]`level = "debug"`[database]`url = "x"    | debug
          not there, so by default     | [database]`url = "x"                          | info
          an unknown table             | [log]`level = "debug"`[databas]`x = 1         | debug
          a wrong type elsewhere       | [log]`level = "debug"`[database]`pool = "two" | debug
          no end of a text elsewhere   | [log]`level = "debug"`[database]`url = "x     | debug
          no value elsewhere, before   | [database]`url =`[log]`level = "debug"        | debug
          a secret that is not there   | [log]`level = "debug"`[database]`password_file = "no" | debug
          """)
  void oneTableIsReadWhateverMistakesThereAreElsewhere(String what, String main, String level)
      throws Exception {
    Samples.Folder folder = new Samples.Folder(temporary).write("millwright.toml", toml(main));
    assertEquals(
        level,
        new ConfigLoader(Samples.REGISTRY).loadTable(folder.main(), Samples.Log.class).level());
  }

  /** A default must not take the place of what somebody has written and nobody can read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          its name is misspelt         | [logg]`level = "debug"            | did you mean "log"?
          its key is misspelt          | [log]`levell = "debug"            | did you mean "level"?
          a key that nobody knows      | [log]`path = "/x"                 | unknown key "path"
          a wrong type                 | [log]`level = 3                   | level: expected a text
          no value                     | [log]`level = debug               | millwright.toml:2
          lost behind another's header | [database`url = "x"`level = "d"   | millwright.toml:1
          maybe lost with a line       | [database]`url = "x               | millwright.toml:2
          no file                      |                                   | there is no such file
          """)
  void oneTableThatCannotBeReadIsRefused(String what, String main, String words)
      throws IOException {
    Samples.Folder folder = new Samples.Folder(temporary);
    if (main != null) {
      folder.write("millwright.toml", toml(main));
    }
    ConfigLoader loader = new ConfigLoader(Samples.REGISTRY);
    ConfigException refusal =
        assertThrows(
            ConfigException.class, () -> loader.loadTable(folder.main(), Samples.Log.class));
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  private static String toml(String lines) {
    return lines.replace('`', '\n') + "\n";
  }

  @Test
  void machinesComeInTheOrderOfTheirFiles() throws Exception {
    Samples.Folder folder = valid().write("machines/a.toml", SMALL);
    folder.write("machines/README", "not a machine").write("machines/.a.toml", "nor an editor's");
    assertEquals(
        List.of("MILL-08", "MILL-07"),
        folder.load().machines().stream().map(MachineSettings::serialNumber).toList());
  }

  @Test
  void aProtocolWithItsOwnTagsNeedsNeitherTagsNorLifecycle() throws Exception {
    Configuration configuration =
        valid()
            .write("machines/v.toml", "serial_number = \"V-1\"\nprotocol = \"virtual\"\n")
            .load();
    MachineSettings machine = configuration.machines().get(1);
    assertEquals(new Samples.Dream(1), machine.link());
    assertEquals("state", machine.lifecycle().state().tag());
  }

  @Test
  void aMachineFileWithAnotherEndingIsNotOverlookedInSilence() throws IOException {
    Samples.Folder folder = valid().write("machines/b.tml", SMALL).write("machines/c.TOML", SMALL);
    String hint = ": only names that end in .toml are read; rename the file, or remove it";
    assertEquals(List.of("machines/b.tml" + hint, "machines/c.TOML" + hint), folder.complaints());
  }

  @Test
  void withoutMachinesItSaysWhereToPutThem() throws IOException {
    Samples.Folder folder = Samples.Folder.in(temporary);
    assertEquals(
        List.of("machines: no such folder; it holds one file NAME.toml for each machine"),
        folder.complaints());
    Files.createDirectory(temporary.resolve("machines"));
    assertEquals(
        List.of("machines: there is no machine; describe each in a file NAME.toml here"),
        folder.complaints());
  }

  @Test
  void mistakesOfAllFilesAreToldAtOnceByFileAndLine() throws IOException {
    Samples.Folder folder =
        Samples.Folder.in(temporary)
            .write("millwright.toml", Samples.MAIN + "pool = 100\n[logs]\n")
            .write("machines/b.toml", SMALL.replace("[0]", "0"))
            .write("machines/a.toml", new byte[] {'a', (byte) 0xFF})
            .write("machines/c.toml", SMALL + "recipe = \n");
    assertEquals(
        List.of(
            "machines/a.toml:1: byte 1 (0xFF) is not UTF-8; save the file as UTF-8",
            "machines/b.toml:8: idle: expected a list in [ ], found the integer 0",
            "machines/c.toml:1: serial_number: \"MILL-08\" is taken by b.toml line 1; each machine"
                + " has one file",
            "machines/c.toml:9: found end of line, expected a value: text in double quotes, a number,"
                + " true or false, a list in [ ] or a table in { }",
            "millwright.toml:5: pool: 100 is not between 1 and 64",
            "millwright.toml:6: unknown key \"logs\"; did you mean \"log\"?"),
        folder.complaints());
  }

  @Test
  void aSerialNumberBelongsToOneFile() throws IOException {
    Samples.Folder folder = valid().write("machines/z.toml", SMALL.replace("MILL-08", "MILL-07"));
    assertEquals(
        List.of(
            "machines/z.toml:1: serial_number: \"MILL-07\" is taken by mill-07.toml line 1; each"
                + " machine has one file"),
        folder.complaints());
  }

  @Test
  void twoMachinesOnOnePortAgreeAboutItsParameters() throws IOException {
    Samples.Folder folder = valid().write("machines/z.toml", SMALL.replace("ttyUSB1", "ttyUSB0"));
    assertEquals(
        List.of(
            "machines/z.toml:3: /dev/ttyUSB0 is used by mill-07.toml line 6 as well, with other"
                + " settings: there 19200 baud, parity EVEN, here 9600 baud, parity NONE"),
        folder.complaints());
  }

  /** A file copied for the next machine, where only the serial number was changed. */
  @Test
  void twoMachinesDoNotReadTheirStateAtTheSameAddress() throws IOException {
    Samples.Folder folder =
        Samples.Folder.in(temporary)
            .write("machines/a.toml", SMALL)
            .write("machines/b.toml", SMALL.replace("MILL-08", "MILL-09"));
    assertEquals(
        List.of(
            "machines/b.toml:5: the state is read at the same address as in a.toml line 5; two"
                + " machines cannot be there"),
        folder.complaints());
    folder.write(
        "machines/b.toml", SMALL.replace("MILL-08", "MILL-09").replace("\"S?\"", "\"T?\""));
    assertEquals(List.of(), folder.complaints());
  }

  /** What a protocol says of the whole machine is told at the key that it names. */
  @Test
  void thePartsOfAMachineGoTogether() throws IOException {
    String tags =
        IntStream.rangeClosed(1, 8)
            .mapToObj("[tags.t%d]\nquery = \"1\"\n"::formatted)
            .collect(Collectors.joining());
    Samples.Folder folder =
        Samples.Folder.in(temporary)
            .write("machines/a.toml", SMALL.replace("[tags", "timeout = \"6s\"\n[tags") + tags);
    assertEquals(
        List.of(
            "machines/a.toml:5: timeout: 6s is not less than stale_after",
            "machines/a.toml:6: tags: more than 8"),
        folder.complaints());
  }

  @Test
  void anUnusedTagIsAWarning() throws Exception {
    Samples.Folder folder =
        Samples.Folder.in(temporary)
            .write("machines/a.toml", SMALL + "[tags.extra]\nquery = \"E?\"\n");
    assertEquals(
        List.of("machines/a.toml:9: tag \"extra\" is not used by [lifecycle]"),
        folder.words(folder.load().warnings()));
  }

  @Test
  void theExceptionsTextIsTheListAndTheCount() throws IOException {
    Samples.Folder folder = valid().write("machines/b.tml", SMALL);
    ConfigException exception = assertThrows(ConfigException.class, folder::load);
    assertTrue(exception.getMessage().endsWith("\n1 mistake in the configuration"));
    folder.write("machines/c.tml", SMALL);
    exception = assertThrows(ConfigException.class, folder::load);
    assertTrue(exception.getMessage().endsWith("\n2 mistakes in the configuration"));
    assertEquals(3, exception.getMessage().lines().count());
  }
}
