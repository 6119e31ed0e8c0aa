package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
      recipes = ["R42"]
      """;

  /** Needs no plant, and takes what is written to any tag. */
  private static final String VIRTUAL =
      """
      serial_number = "VIR"
      register = true
      protocol = "virtual"
      [virtual]
      pause = "24h"
      """;

  /** A tag of each that keeps what is written to it. */
  private static final Map<String, String> VALVES =
      Map.of(
          "OPC",
          "{ node = \"nsu=urn:millwright:plant;s=OPC/Ack\" }",
          "ASC",
          "{ query = \"ACK?\\r\\n\", reply = 'ACK (\\d)\\r\\n', write = \"ACK {value}\\r\\n\","
              + " confirm = 'OK\\r\\n', refuse = 'ERR [A-Z ]*\\r\\n' }",
          "MOD",
          "{ address = \"coil:4\" }");

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir static Path folder;

  private static QuietPlant plant;
  private static RunningSite site;

  @BeforeAll
  static void start() throws Exception {
    plant = new QuietPlant(folder, List.of("R1"));
    site = new RunningSite(folder, DATABASE);
    for (Map.Entry<String, String> valve : VALVES.entrySet()) {
      String name = valve.getKey();
      String tag = "valve = " + valve.getValue() + "\n";
      site.write("machines/" + name + ".toml", plant.head(name) + tag + DRIVE);
    }
    site.write("machines/VIR.toml", VIRTUAL + DRIVE);
    site.write(
        "recipes/r42.toml",
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
    site.start();
  }

  @AfterAll
  static void stop() {
    site.close();
    plant.close();
  }

  /** I6 and I7 on each protocol: a run to its end, then one that is stopped. */
  @ParameterizedTest
  @ValueSource(strings = {"OPC", "ASC", "MOD", "VIR"})
  void aRecipeIsSteppedToItsEndAndStopped(String name) throws Exception {
    Command start = RunningSite.start("R42", Map.of());
    site.awaitReady(name, start);
    CommandResult run = site.ended(name, start);
    assertTrue(run.completed(), run.toString());
    await("its history", () -> site.events(name).endsWith("start complete"));
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
    Command again = RunningSite.start("R42", Map.of("time", "10m"));
    site.awaitReady(name, again);
    CompletableFuture<CommandResult> second = site.give(name, again);
    await(
        "it rests",
        () -> {
          assertFalse(second.isDone(), () -> second.join().toString());
          return "rest".equals(progress(name, "step"));
        });
    CommandResult stopped = site.ended(name, RunningSite.stop());
    assertTrue(stopped.completed(), stopped.toString());
    CommandResult ended = second.get(30, TimeUnit.SECONDS);
    assertFalse(ended.completed());
    assertEquals("stopped by Ada", ended.message());
    await("its history", () -> site.events(name).endsWith("start complete start stop"));
    // The safe state is seen.
    site.awaitReady(name, start);
  }

  /**
   * Issue 6: a start for any machine waits while all are busy, and takes none of their runs; when
   * its time to live is over it is refused, with what each had against it.
   */
  @Test
  void aStartForAnyMachineWaitsWhileAllRunUntilItsTimeIsOver() throws Exception {
    Map<String, CompletableFuture<CommandResult>> runs = new TreeMap<>();
    for (String name : List.of("OPC", "ASC", "MOD", "VIR")) {
      Command start = RunningSite.start("R42", Map.of("time", "10m"));
      site.awaitReady(name, start);
      runs.put(name, site.give(name, start));
      await(name + " runs", () -> "processing".equals(site.row(name, "status")));
    }
    String history = DATABASE.value("SELECT count(*) FROM machine_transitions");
    // Of the default time to live, 5 minutes, some seconds are left.
    String id =
        DATABASE.value(
            "INSERT INTO recipe_commands (type, parameters, operator, created_at) VALUES"
                + " ('start_recipe', '{\"recipe\": \"R42\"}', 'Kim', now() - interval '297 s')"
                + " RETURNING id");
    await("it is refused", () -> "error".equals(command(id, "status")));
    assertEquals("t", command(id, "executed_at - created_at >= interval '5 min'"), "it has waited");
    assertEquals("t", command(id, "machine_id IS NULL AND claimed_by IS NULL"));
    String why = command(id, "error_message");
    assertTrue(why.contains("not taken within its time to live, 5m"), why);
    for (String name : runs.keySet()) {
      String busy = name + ": busy with recipe R42: stop it or let it end first";
      assertTrue(why.contains(busy), why);
      assertFalse(runs.get(name).isDone());
    }
    assertEquals(history, DATABASE.value("SELECT count(*) FROM machine_transitions"));
    for (String name : runs.keySet()) {
      assertTrue(site.ended(name, RunningSite.stop()).completed());
    }
  }

  private static String command(String id, String expression) throws Exception {
    return DATABASE.value("SELECT " + expression + " FROM recipe_commands WHERE id = '" + id + "'");
  }

  private static String progress(String name, String key) throws Exception {
    return site.row(name, "progress ->> '" + key + "'");
  }
}
