package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.simulator.Truth;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /** The tags of each beside its state, and what its states mean. */
  private static final Map<String, String> TAGS =
      Map.of(
          "OPC",
          """
          counter = { node = "nsu=urn:millwright:plant;s=OPC/Cycle" }
          select = { node = "nsu=urn:millwright:plant;s=OPC/Select" }
          start = { node = "nsu=urn:millwright:plant;s=OPC/Start" }
          stop = { node = "nsu=urn:millwright:plant;s=OPC/Stop" }
          """
              + LIFECYCLE,
          "ASC",
          """
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
          counter = { address = "holding:1", type = "uint32" }
          select = { address = "holding:40", type = "string[16]" }
          start = { address = "coil:1" }
          stop = { address = "holding:48.1", type = "bool" }
          """
              + LIFECYCLE);

  private static final String VIRTUAL =
      """
      serial_number = "VIR"
      register = true
      protocol = "virtual"
      [virtual]
      recipes = ["R1", "R42"]
      cycle = "24h"
      pause = "24h"
      truth = "%s"
      """;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir static Path folder;

  private static QuietPlant plant;
  private static RunningSite site;

  @BeforeAll
  static void start() throws Exception {
    plant = new QuietPlant(folder, List.of("R1", "R42"));
    site = new RunningSite(folder, DATABASE);
    for (Map.Entry<String, String> tags : TAGS.entrySet()) {
      String name = tags.getKey();
      site.write("machines/" + name + ".toml", plant.head(name) + tags.getValue() + COMMANDS);
    }
    site.write(
        "machines/VIR.toml",
        VIRTUAL.formatted(folder.resolve("virtual.jsonl")) + COMMANDS.replace("select", "recipe"));
    site.start();
  }

  @AfterAll
  static void stop() {
    site.close();
    plant.close();
  }

  /** I6: started, refused while it runs, stopped; the history says by whom. */
  @ParameterizedTest
  @ValueSource(strings = {"OPC", "ASC", "MOD", "VIR"})
  void aMachineIsStartedAndStoppedOnCommand(String name) throws Exception {
    site.awaitReady(name, RunningSite.start("R42", Map.of()));
    CommandResult unknown = site.ended(name, RunningSite.start("R99", Map.of()));
    assertEquals(false, unknown.completed());
    assertNotNull(unknown.message());
    Command start = RunningSite.start("R42", Map.of());
    CommandResult started = site.ended(name, start);
    assertTrue(started.completed(), started.toString());
    CommandResult second = site.ended(name, RunningSite.start("R42", Map.of()));
    assertEquals(
        "busy with process " + started.process() + ": stop it or let it end first",
        second.message());
    CommandResult stopped = site.ended(name, RunningSite.stop());
    assertTrue(stopped.completed(), stopped.toString());
    assertEquals(started.process(), stopped.process());
    await("its history", () -> site.events(name).endsWith("start stop"));
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
}
