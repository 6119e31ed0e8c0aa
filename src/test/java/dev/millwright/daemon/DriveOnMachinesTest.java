package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigLoader;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.TimeSource;
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
 * Recipes stepped on real protocols, from the files to the history: each machine has one output,
 * the bit that keeps what is written to it.
 */
@Timeout(60)
class DriveOnMachinesTest {

  private static final String DRIVE =
      """
      [drive]
      safe = [{ tag = "valve", value = false }]
      overrun_limit = "5s"
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
          valve = { node = "nsu=urn:millwright:plant;s=OPC/Ack" }
          """,
          "ASC",
          """
          protocol = "ascii"
          [ascii]
          port = "@PORTS@/ASC"
          poll = "50ms"
          timeout = "1s"
          [tags]
          state = { query = "STATUS?\\r\\n", reply = 'STATE=(\\w+);' }
          valve = { query = "ACK?\\r\\n", reply = 'ACK (\\d)\\r\\n', write = "ACK {value}\\r\\n", confirm = 'OK\\r\\n', refuse = 'ERR [A-Z ]*\\r\\n' }
          """,
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
          valve = { address = "coil:4" }
          """);

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir static Path folder;

  private static QuietPlant plant;
  private static Daemon daemon;

  @BeforeAll
  static void start() throws Exception {
    plant = new QuietPlant(folder, List.of("R1"));
    Files.createDirectories(folder.resolve("machines"));
    for (Map.Entry<String, String> file : FILES.entrySet()) {
      Files.writeString(
          folder.resolve("machines/" + file.getKey().toLowerCase(Locale.ROOT) + ".toml"),
          ("serial_number = \"" + file.getKey() + "\"\nregister = true\n")
              + plant.file(file.getValue())
              + DRIVE);
    }
    Files.createDirectories(folder.resolve("recipes"));
    Files.writeString(
        folder.resolve("recipes/r42.toml"),
        """
        name = "R42"
        [parameters.time]
        type = "duration"
        default = "100ms"
        [[preconditions]]
        tag = "valve"
        equals = false
        [[steps]]
        repeat = 3
          [[steps.steps]]
          name = "fill"
          pulse = { tag = "valve", for = "50ms" }
        [[steps]]
        set = { valve = true }
        [[steps]]
        name = "rest"
        wait = "{time}"
        [[steps]]
        set = { valve = false }
        """);
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

  /** I6 and I7 on each protocol: a run to its end, then one that is stopped. */
  @ParameterizedTest
  @ValueSource(strings = {"OPC", "ASC", "MOD"})
  void aRecipeIsSteppedToItsEndAndStopped(String name) throws Exception {
    Command start = command(Kind.START, Map.of());
    await("ready", () -> daemon.commanded().refusal(name, start) == null);
    CommandResult run = give(name, start).get(30, TimeUnit.SECONDS);
    assertTrue(run.completed(), run.toString());
    await("its history", () -> events(name).endsWith("start complete"));
    assertEquals(
        "3 " + start.id() + " Ada R42 name = \"R42\"",
        DATABASE.value(
            "SELECT concat_ws(' ', detail -> 'pulses' ->> 'count', detail ->> 'command',"
                + " detail ->> 'operator', detail ->> 'recipe', split_part(source, chr(10), 1))"
                + " FROM machine_transitions t JOIN machines ON machines.id = machine_id"
                + " JOIN recipe_versions v ON v.hash = detail ->> 'recipe_hash'"
                + " WHERE event = 'complete' AND serial_number = '"
                + name
                + "'"));
    await("its progress", () -> "complete".equals(progress(name, "state")));
    assertEquals("6", progress(name, "done"));
    CompletableFuture<CommandResult> second =
        give(name, command(Kind.START, Map.of("time", "10m")));
    await("it rests", () -> "rest".equals(progress(name, "step")));
    CommandResult stopped = give(name, command(Kind.STOP, Map.of())).get(30, TimeUnit.SECONDS);
    assertTrue(stopped.completed(), stopped.toString());
    CommandResult ended = second.get(30, TimeUnit.SECONDS);
    assertFalse(ended.completed());
    assertEquals("stopped by Ada", ended.message());
    await("its history", () -> events(name).endsWith("start complete start stop"));
    await("the safe state is seen", () -> daemon.commanded().refusal(name, start) == null);
  }

  private static CompletableFuture<CommandResult> give(String name, Command command) {
    CompletableFuture<CommandResult> result = new CompletableFuture<>();
    daemon.commanded().command(name, command, result::complete);
    return result;
  }

  private static Command command(Kind kind, Map<String, Object> parameters) {
    return new Command(
        UUID.randomUUID(),
        kind,
        null,
        kind == Kind.START ? "R42" : null,
        parameters,
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

  private static String progress(String name, String key) throws Exception {
    return DATABASE.value(
        "SELECT progress ->> '" + key + "' FROM machines WHERE serial_number = '" + name + "'");
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
