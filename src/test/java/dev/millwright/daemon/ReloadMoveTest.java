package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;
import static dev.millwright.simulator.TwoWayPlant.MACHINE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.control.ControlNews;
import dev.millwright.control.ControlNews.State;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.simulator.TwoWayPlant;
import dev.millwright.testing.Cable;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine whose file names another link after a reload, or another protocol, is the same machine
 * (decision 0120): one that is on OPC UA, at two addresses of its server, and on Modbus TCP.
 */
@Timeout(180)
class ReloadMoveTest {

  /** Longer than a link takes to be opened anew on a busy host. */
  private static final String HEAD =
      "serial_number = \"%s\"%nregister = true%nstale_after = \"60s\"%n";

  private static final String OPC_UA =
      """
      protocol = "opcua"
      [opcua]
      endpoint = "opc.tcp://127.0.0.1:%d"
      security = "None"
      [tags]
      """;

  private static final String MODBUS =
      """
      protocol = "modbus-tcp"
      [modbus]
      host = "127.0.0.1"
      port = %d
      unit = %d
      poll = "50ms"
      [tags]
      """;

  private static final String OPC_UA_TAGS =
      """
      state = { node = "nsu=urn:millwright:plant;s=@/State" }
      counter = { node = "nsu=urn:millwright:plant;s=@/Cycle" }
      recipe = { node = "nsu=urn:millwright:plant;s=@/Recipe" }
      """;

  private static final String MODBUS_TAGS =
      """
      state = { address = "holding:0", type = "uint16" }
      counter = { address = "holding:1", type = "uint32" }
      recipe = { address = "holding:3", type = "string[16]" }
      """;

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
      counter = "counter"
      recipe = "recipe"
      """;

  private static final String DRIVE =
      """
      [drive]
      safe = [{ tag = "valve", value = false }]
      overrun_limit = "20s"
      """;

  private static final String APART = "protocol = \"virtual\"\n[virtual]\npause = \"24h\"\n";

  private static final List<String> NEIGHBOURS = List.of("NEAR", "FAR", "UNIT", "APART");

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir Path folder;

  private TwoWayPlant plant;
  private Cable cable;
  private RunningSite site;
  private Daemon daemon;

  /** The machine's ways, and its file for each: watched only, or stepped through recipes. */
  private enum Way {
    NEAR,
    FAR,
    MODBUS
  }

  @BeforeEach
  void plant() throws Exception {
    DATABASE.execute("DELETE FROM machines; DELETE FROM machine_transitions");
    plant = new TwoWayPlant();
    cable = new Cable(plant.opcUaPort(), true);
    site = new RunningSite(folder, DATABASE);
    site.write("machines/near.toml", opcUa("NEAR", plant.opcUaPort(), OPC_UA_TAGS + LIFECYCLE));
    site.write("machines/far.toml", opcUa("FAR", cable.port(), OPC_UA_TAGS + LIFECYCLE));
    site.write("machines/unit.toml", modbus("UNIT", 2, MODBUS_TAGS + LIFECYCLE));
    site.write("machines/apart.toml", HEAD.formatted("APART") + APART);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
    cable.close();
    plant.close();
  }

  /** The counter proves that it is the same run; it ends once, as what it was. */
  @Test
  void aRunGoesOnWhereverItsMachineIsMovedTo() throws Exception {
    start(watched(Way.NEAR));
    Thread apart = thread("link virtual");
    StringBuilder history = new StringBuilder("link_found");
    for (Way way : List.of(Way.FAR, Way.MODBUS, Way.NEAR)) {
      plant.step();
      await("it runs", () -> "processing".equals(site.row(MACHINE, "status")));
      String process = site.row(MACHINE, "current_process_id");
      site.write("machines/mover.toml", watched(way));
      ControlNews news = daemon.reload(false);
      assertEquals(State.COMPLETED, news.state(), news.message());
      assertTrue(news.message().contains(MACHINE + "  changed, not watched for"), news.message());
      history.append(" start link_lost link_found");
      await("it is found", () -> history.toString().equals(site.events(MACHINE)));
      assertEquals("processing", site.row(MACHINE, "status"));
      assertEquals(process, site.row(MACHINE, "current_process_id"), "the same run");
      plant.step();
      history.append(plant.state().equals("complete") ? " complete" : " stop");
      await("it ends", () -> history.toString().equals(site.events(MACHINE)));
      plant.step();
    }
    assertEquals("3", runs("started_at IS NOT NULL AND ended_at IS NOT NULL"));
    requireNeighboursUntouched();
    assertSame(apart, thread("link virtual"));
  }

  /** I3: each run is told once, or counted as missed, while the machine goes on in all of it. */
  @Test
  void noRunIsLostOrDoubledWhileItsMachineIsMovedBackAndForth() throws Exception {
    start(watched(Way.NEAR));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> working =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get() || !plant.state().equals("idle")) {
                plant.step();
                sleep(120);
              }
            });
    for (int round = 0; round < 2; round++) {
      for (Way way : List.of(Way.MODBUS, Way.FAR, Way.NEAR)) {
        sleep(400);
        site.write("machines/mover.toml", watched(way));
        assertEquals(State.COMPLETED, daemon.reload(false).state());
      }
    }
    over.set(true);
    working.get(30, TimeUnit.SECONDS);
    long cycle = plant.cycle();
    assertTrue(cycle > 6, "it has run: " + cycle);
    await(
        "all is told",
        () ->
            ("idle " + cycle)
                .equals(site.row(MACHINE, "status || ' ' || (last_detail ->> 'cycle')")));
    assertEquals(
        Long.toString(cycle),
        history("count(*) + coalesce(sum((detail ->> 'missed_runs')::int), 0)", "event = 'start'"),
        "each run that the machine counts is told, or counted as missed");
    assertEquals(
        history("count(*)", "event = 'start'"),
        history("count(DISTINCT detail ->> 'cycle')", "event = 'start'"),
        "none is told twice");
    assertEquals(history("count(*)", "event = 'start'"), runs("ended_at IS NOT NULL"));
    assertEquals("0", runs("ended_at IS NULL"));
    assertEquals(site.row(MACHINE, "state_seq"), history("count(*)", "true"), "no gaps");
    requireNeighboursUntouched();
  }

  /** A run that we step is not taken from its link; between runs the machine keeps its count. */
  @Test
  void aSteppedMachineIsMovedBetweenItsRuns() throws Exception {
    recipe("10m");
    start(stepped(Way.NEAR));
    Command run = RunningSite.start("R42", Map.of());
    site.awaitReady(MACHINE, run);
    CompletableFuture<CommandResult> first = site.give(MACHINE, run);
    await("it is under way", plant::isValveOpen);
    await("it runs", () -> "processing".equals(site.row(MACHINE, "status")));
    String process = site.row(MACHINE, "current_process_id");
    site.write("machines/mover.toml", stepped(Way.MODBUS));
    ControlNews news = daemon.reload(false);
    assertEquals(State.PARTLY, news.state());
    assertTrue(news.message().contains(MACHINE + "  changed  refused: "), news.message());
    assertFalse(first.isDone(), () -> first.join().toString());
    assertTrue(plant.isValveOpen());
    assertEquals(process, site.row(MACHINE, "current_process_id"));

    assertTrue(site.ended(MACHINE, RunningSite.stop()).completed());
    await("it is safe", () -> !plant.isValveOpen());
    site.awaitReady(MACHINE, run);
    assertEquals(State.COMPLETED, daemon.reload(false).state());
    recipe("1ms");
    assertEquals(State.COMPLETED, daemon.reload(false).state());
    Command second = RunningSite.start("R42", Map.of());
    site.awaitReady(MACHINE, second);
    CommandResult ended = site.ended(MACHINE, second);
    assertTrue(ended.completed(), ended.toString());
    await("its history", () -> site.events(MACHINE).endsWith("link_found start complete"));
    assertEquals("link_found start stop link_lost link_found start complete", site.events(MACHINE));
    assertEquals(
        "1 2",
        history("string_agg(detail ->> 'cycle', ' ' ORDER BY t.state_seq)", "event = 'start'"));
    requireNeighboursUntouched();
  }

  private void start(String mover) throws Exception {
    site.write("machines/mover.toml", mover);
    daemon = site.start();
    for (String neighbour : NEIGHBOURS) {
      await(neighbour + " is found", () -> site.events(neighbour).equals("link_found"));
    }
    await("it is found", () -> site.events(MACHINE).equals("link_found"));
  }

  /** Nothing is written of who only shares a link with it, and nothing at all is done to others. */
  private void requireNeighboursUntouched() throws Exception {
    for (String neighbour : NEIGHBOURS) {
      assertEquals("link_found", site.events(neighbour), neighbour);
    }
  }

  private String watched(Way way) {
    return of(way, OPC_UA_TAGS + LIFECYCLE, MODBUS_TAGS + LIFECYCLE);
  }

  private String stepped(Way way) {
    return of(
        way,
        "valve = { node = \"nsu=urn:millwright:plant;s=@/Valve\" }\n" + DRIVE,
        "valve = { address = \"coil:5\" }\n" + DRIVE);
  }

  private String of(Way way, String opcUaRest, String modbusRest) {
    return switch (way) {
      case NEAR -> opcUa(MACHINE, plant.opcUaPort(), opcUaRest);
      case FAR -> opcUa(MACHINE, cable.port(), opcUaRest);
      case MODBUS -> modbus(MACHINE, 1, modbusRest);
    };
  }

  private static String opcUa(String machine, int port, String rest) {
    return HEAD.formatted(machine) + OPC_UA.formatted(port) + rest.replace("@", machine);
  }

  private String modbus(String machine, int unit, String rest) {
    return HEAD.formatted(machine) + MODBUS.formatted(plant.modbusPort(), unit) + rest;
  }

  private void recipe(String rest) throws Exception {
    site.write(
        "recipes/r42.toml",
        "name = \"R42\"\n[[steps]]\nset = { valve = true }\n[[steps]]\nwait = \"" + rest + "\"\n");
  }

  private static String history(String expression, String which) throws Exception {
    return DATABASE.value(
        "SELECT "
            + expression
            + " FROM machine_transitions t JOIN machines m ON m.id = t.machine_id WHERE"
            + " serial_number = '"
            + MACHINE
            + "' AND "
            + which);
  }

  private static String runs(String which) throws Exception {
    return DATABASE.value(
        "SELECT count(*) FROM process_runs WHERE serial_number = '" + MACHINE + "' AND " + which);
  }

  private static Thread thread(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
