package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigLoader;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.TimeSource;
import dev.millwright.simulator.Truth;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands on real protocols, from the machine's file to its history: machines that run their own
 * recipes and begin nothing by themselves.
 */
@Timeout(60)
class CommandsOnMachinesTest {

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
      counter = "counter"
      """;

  private static final String COMMANDS =
      """
      [commands.start]
      write = { select = "{recipe}", start = true }
      expect = { state = "processing", within = "10s" }
      [commands.stop]
      write = { stop = true }
      expect = { state = "idle", within = "10s" }
      """;

  private static final Map<String, String> FILES =
      Map.of(
          "OPC",
          """
          protocol = "opcua"
          [opcua]
          endpoint = "opc.tcp://127.0.0.1:@OPCUA@"
          security = "None"
          [tags]
          state = { node = "nsu=urn:millwright:plant;s=OPC/State" }
          counter = { node = "nsu=urn:millwright:plant;s=OPC/Cycle" }
          select = { node = "nsu=urn:millwright:plant;s=OPC/Select" }
          start = { node = "nsu=urn:millwright:plant;s=OPC/Start" }
          stop = { node = "nsu=urn:millwright:plant;s=OPC/Stop" }
          """
              + LIFECYCLE,
          "ASC",
          """
          protocol = "ascii"
          [ascii]
          port = "@PORTS@/ASC"
          poll = "50ms"
          timeout = "1s"
          [tags]
          state = { query = "STATUS?\\r\\n", reply = 'STATE=(\\w+);' }
          counter = { query = "STATUS?\\r\\n", reply = 'COUNT=(\\d+);' }
          select = { write = "SELECT {value}\\r\\n", confirm = 'OK\\r\\n', refuse = 'ERR [A-Z ]*\\r\\n' }
          start = { write = "START\\r\\n", confirm = 'OK\\r\\n', refuse = 'ERR [A-Z ]*\\r\\n' }
          stop = { write = "STOP\\r\\n", confirm = 'OK\\r\\n', refuse = 'ERR [A-Z ]*\\r\\n' }
          """
              + LIFECYCLE
                  .replace("[0]", "[\"IDLE\"]")
                  .replace("[1]", "[\"RUN\"]")
                  .replace("[3]", "[\"DONE\"]")
                  .replace("[4]", "[\"STOP\"]")
                  .replace("[9]", "[\"FAULT\"]"),
          "MOD",
          """
          protocol = "modbus-tcp"
          [modbus]
          host = "127.0.0.1"
          port = @MODBUS@
          unit = 1
          poll = "50ms"
          [tags]
          state = { address = "holding:0", type = "uint16" }
          counter = { address = "holding:1", type = "uint32" }
          select = { address = "holding:40", type = "string[16]" }
          start = { address = "coil:1" }
          stop = { address = "holding:48.1", type = "bool" }
          """
              + LIFECYCLE,
          "VIR",
          """
          protocol = "virtual"
          [virtual]
          recipes = ["R1", "R42"]
          cycle = "24h"
          pause = "24h"
          truth = "@TRUTH@"
          """);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir static Path folder;

  private static QuietPlant plant;
  private static Daemon daemon;

  @BeforeAll
  static void start() throws Exception {
    plant = new QuietPlant(folder, List.of("R1", "R42"));
    Files.createDirectories(folder.resolve("machines"));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      boolean virtual = file.getKey().equals("VIR");
      String commands = virtual ? COMMANDS.replace("select", "recipe") : COMMANDS;
      Files.writeString(
          folder.resolve("machines/" + file.getKey().toLowerCase(Locale.ROOT) + ".toml"),
          ("serial_number = \"" + file.getKey() + "\"\nregister = true\n")
              + plant
                  .file(file.getValue())
                  .replace("@TRUTH@", folder.resolve("virtual.jsonl").toString())
              + commands);
    }
    Files.writeString(
        folder.resolve("millwright.toml"),
        "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n[journal]\npath = \""
            + folder.resolve("journal.db")
            + "\"\n");
    daemon =
        Daemon.start(
            new ConfigLoader(Wirings.registry())
                .load(folder.resolve("millwright.toml"), Map.of())
                .with(DatabaseSettings.class, DATABASE.settings()),
            null,
            TimeSource.system());
  }

  @AfterAll
  static void stop() {
    daemon.close();
    plant.close();
  }

  /** I6: started, refused while it runs, stopped; the history says by whom. */
  @ParameterizedTest
  @ValueSource(strings = {"OPC", "ASC", "MOD", "VIR"})
  void aMachineIsStartedAndStoppedOnCommand(String name) throws Exception {
    awaitIdle(name);
    CommandResult unknown = give(name, Kind.START, "R99");
    assertEquals(false, unknown.completed());
    assertNotNull(unknown.message());
    Command start = command(Kind.START, "R42");
    CommandResult started = give(name, start);
    assertTrue(started.completed(), started.toString());
    CommandResult second = give(name, Kind.START, "R42");
    assertEquals(
        "busy with process " + started.process() + ": stop it or let it end first",
        second.message());
    CommandResult stopped = give(name, Kind.STOP, null);
    assertTrue(stopped.completed(), stopped.toString());
    assertEquals(started.process(), stopped.process());
    await("its history", () -> events(name).endsWith("start stop"));
    assertEquals(
        start.id() + " Ada",
        DATABASE.value(
            "SELECT (detail ->> 'command') || ' ' || (detail ->> 'operator')"
                + " FROM machine_transitions JOIN machines ON machines.id = machine_id"
                + " WHERE event = 'start' AND serial_number = '"
                + name
                + "'"));
    Path truth = folder.resolve(name.equals("VIR") ? "virtual.jsonl" : "truth.jsonl");
    assertTrue(
        Truth.read(truth).get(name).stream().anyMatch(step -> step.event().equals("stop")),
        "the machine says so as well");
  }

  private static void awaitIdle(String name) throws Exception {
    await("idle", () -> daemon.commanded().refusal(name, command(Kind.START, "R42")) == null);
  }

  private static CommandResult give(String name, Kind kind, String recipe) throws Exception {
    return give(name, command(kind, recipe));
  }

  private static CommandResult give(String name, Command command) throws Exception {
    CompletableFuture<CommandResult> result = new CompletableFuture<>();
    daemon.commanded().command(name, command, result::complete);
    return result.get(30, TimeUnit.SECONDS);
  }

  private static Command command(Kind kind, String recipe) {
    return new Command(
        UUID.randomUUID(),
        kind,
        null,
        recipe,
        Map.of(),
        null,
        new Command.Origin(Command.Source.CONTROL, "Ada", null));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "not in time: " + what);
      Thread.sleep(20);
    }
  }

  private static String events(String name) throws Exception {
    return String.valueOf(
        DATABASE.value(
            "SELECT string_agg(event, ' ' ORDER BY t.state_seq) FROM machine_transitions t"
                + " JOIN machines ON machines.id = machine_id WHERE serial_number = '"
                + name
                + "'"));
  }
}
