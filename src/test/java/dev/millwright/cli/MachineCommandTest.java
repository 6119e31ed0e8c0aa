package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.control.ControlServer;
import dev.millwright.control.ControlSettings;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.testing.RecordedMachines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code start|stop|reset|hold|unhold}: what a person types, and what a script goes by. */
@Timeout(60)
class MachineCommandTest {

  private static final UUID PROCESS = RecordedMachines.PROCESS;

  @TempDir Path folder;
  private final RecordedMachines machines = new RecordedMachines("PRESS-01");
  private Path socket;
  private ControlServer server;

  @BeforeEach
  void start() throws Exception {
    socket = folder.resolve("c.sock");
    server =
        new ControlServer(
            new ControlSettings(socket),
            machines,
            List.of("PRESS-01"),
            machine -> null,
            (request, user, told) -> {},
            death -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Console run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--socket", socket.toString()));
    return Console.run(all.toArray(String[]::new));
  }

  private Command asked() {
    return machines.asked().get(machines.asked().size() - 1).command();
  }

  @Test
  void aStartTakesEverythingAlong() {
    Console console =
        run(
            "start",
            "PRESS-01",
            "--recipe",
            "R42",
            "--set",
            "cycles=5",
            "--set",
            "temperature=60.5",
            "--set",
            "fast=true",
            "--set",
            "note=a=b",
            "--set",
            "lot=\"7\"",
            "--set",
            "code=007",
            "--batch",
            "B-7",
            "--operator",
            "Kim",
            "--reason",
            "order 7");
    assertEquals(
        "PRESS-01  start  completed  process=" + PROCESS + "\n", console.out(), console.err());
    assertEquals(0, console.exitCode());
    assertEquals(Kind.START, asked().kind());
    assertEquals("R42", asked().recipe());
    assertEquals(
        Map.of(
            "cycles",
            5L,
            "temperature",
            60.5,
            "fast",
            true,
            "note",
            "a=b",
            "lot",
            "7",
            "code",
            "007"),
        asked().parameters());
  }

  @ParameterizedTest
  @CsvSource({"stop, STOP", "reset, RESET", "hold, HOLD", "unhold, UNHOLD"})
  void theOthersToo(String name, Kind kind) {
    Console console = run(name, "PRESS-01", "--reason", "wrong material");
    assertEquals(0, console.exitCode(), console.err());
    assertEquals(kind, asked().kind());
    assertEquals("wrong material", asked().origin().reason());
    assertEquals(System.getProperty("user.name"), asked().origin().operator());
    if (kind != Kind.RESET) {
      run(name, "PRESS-01", "--process", PROCESS.toString());
      assertEquals(PROCESS, asked().process());
    }
  }

  @Test
  void whatFailsSaysWhyAndIsOne() {
    machines.answer(of -> of.result().accept(CommandResult.failed("pressure is 0.2 bar", null)));
    Console console = run("start", "PRESS-01");
    assertEquals(1, console.exitCode());
    assertEquals("millwright: PRESS-01: pressure is 0.2 bar\n", console.err());
    console = run("stop", "PRES-01");
    assertEquals(1, console.exitCode());
    assertTrue(console.err().contains("did you mean \"PRESS-01\"?"), console.err());
  }

  @Test
  void withoutWaitingItIsOverWhenTheMachineIsAsked() {
    machines.answer(of -> {});
    Console console = run("start", "PRESS-01", "--no-wait");
    assertEquals("PRESS-01  start  taken  command=" + asked().id() + "\n", console.out());
    assertEquals(0, console.exitCode());
  }

  /** A script must not take the daemon's death for a success. */
  @Test
  void aDaemonThatEndsMeanwhileIsNotASuccess() throws Exception {
    machines.answer(of -> new Thread(server::close).start());
    Console console = run("start", "PRESS-01");
    assertEquals(Exit.UNAVAILABLE, console.exitCode());
    assertTrue(console.err().contains("has hung up before it said how this ended"), console.err());
  }

  @Test
  void withoutADaemonItSaysWhereItLooked() throws Exception {
    server.close();
    Console console = run("stop", "PRESS-01");
    assertEquals(Exit.UNAVAILABLE, console.exitCode());
    assertTrue(
        console.err().startsWith("millwright: no daemon answers at " + socket + ": "),
        console.err());
  }

  /** The socket is where the configuration says; a broken one is no reason not to stop. */
  @Test
  void theConfigurationNamesTheSocketWhateverElseIsWrongInIt() throws Exception {
    String control = "[control]\nsocket = \"" + socket + "\"\n";
    for (String rest :
        List.of(
            "[database]\nurl = \"jdbc:postgresql://localhost/plant\"\n",
            "[database]\nurl = \"jdbc:postgresql://localhost/plant\"\npassword_file = \"none\"\n",
            "[databas]\n",
            "[database]\nurl =\n",
            "[database\nurl = \"jdbc:postgresql://localhost/plant\"\n")) {
      Path config = Files.writeString(folder.resolve("millwright.toml"), control + rest);
      Console console = Console.run("stop", "PRESS-01", "--config", config.toString());
      assertEquals("", console.err(), rest);
      assertEquals(0, console.exitCode(), rest);
    }
  }

  /**
   * Where the file does not tell the socket, the mistake in it is what has to be mended: 78, not
   * 69.
   */
  @Test
  void aSocketThatCannotBeReadIsSaidAndCanBeNamed() throws Exception {
    Path standard = ControlSettings.standard().socket();
    Assumptions.assumeFalse(Files.exists(standard), "a daemon of this host would answer");
    Path config =
        Files.writeString(
            folder.resolve("millwright.toml"), "[control]\nsocket = " + socket + "\n");
    for (List<String> command :
        List.of(List.of("reload", "--dry-run"), List.of("stop", "PRESS-01"))) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--config", config.toString()));
      Console console = Console.run(words.toArray(String[]::new));
      assertEquals(Exit.CONFIG, console.exitCode(), console.err());
      assertTrue(console.err().contains(config + ":2:"), console.err());
      assertTrue(console.err().contains("no daemon answers at the default one"), console.err());
      assertTrue(console.err().contains("--socket FILE"), console.err());
    }
    assertEquals(List.of(), machines.asked());
    Console console = run("stop", "PRESS-01", "--config", config.toString());
    assertEquals(0, console.exitCode(), console.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --set cycles          | --set cycles: it is NAME=VALUE, such as --set cycles=5
          --set =5              | --set =5: it is NAME=VALUE, such as --set cycles=5
          --set a=1 --set a=2   | --set a=2: a is set twice
          """)
  void aParameterThatIsNoneIsAMistakeOfUsage(String options, String words) {
    List<String> arguments = new ArrayList<>(List.of("start", "PRESS-01"));
    arguments.addAll(List.of(options.split(" +")));
    Console console = run(arguments.toArray(String[]::new));
    assertEquals(Exit.USAGE, console.exitCode());
    assertEquals("millwright: " + words + "\n", console.err());
    assertEquals(List.of(), machines.asked());
  }
}
