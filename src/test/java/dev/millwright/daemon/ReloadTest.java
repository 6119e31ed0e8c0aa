package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.control.ControlNews;
import dev.millwright.control.ControlNews.State;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A running daemon reads its files anew, on real protocols (decision 0120). */
@Timeout(120)
class ReloadTest {

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
      """;

  private static final String DRIVE =
      """
      valve = { address = "coil:4" }
      [drive]
      safe = [{ tag = "valve", value = false }]
      overrun_limit = "5s"
      """;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir Path folder;

  private QuietPlant plant;
  private RunningSite site;
  private Daemon daemon;
  private String opcFile;
  private String modFile;

  @BeforeEach
  void start() throws Exception {
    DATABASE.execute("DELETE FROM machines; DELETE FROM machine_transitions");
    plant = new QuietPlant(folder, List.of("R1"));
    opcFile = plant.head("OPC") + LIFECYCLE;
    modFile = plant.head("MOD") + DRIVE;
    site = new RunningSite(folder, DATABASE);
    site.write("machines/opc.toml", opcFile);
    site.write("machines/mod.toml", modFile);
    recipe("10m");
    daemon = site.start();
    await("all are found", () -> site.events("OPC").endsWith("link_found"));
    site.awaitReady("MOD", runR42());
  }

  @AfterEach
  void stop() {
    site.close();
    plant.close();
  }

  /** Nothing is written, no thread is another, no session is opened. */
  @Test
  void whatHasNotChangedIsNotTouched() throws Exception {
    String before = site.events("OPC") + site.events("MOD");
    Thread opc = thread("link opc.tcp");
    Thread mod = thread("link 127.0.0.1");
    ControlNews news = daemon.reload(false);
    assertEquals("unchanged: 2 machines", news.message());
    // The same content under another name is the same machine.
    Files.move(folder.resolve("machines/opc.toml"), folder.resolve("machines/a.toml"));
    assertEquals("unchanged: 2 machines", daemon.reload(false).message());
    site.write("machines/mod.toml", modFile.replace("50ms", "60ms"));
    assertTrue(daemon.reload(false).message().startsWith("MOD  changed, not watched for "));
    assertSame(opc, thread("link opc.tcp"));
    assertTrue(opc.isAlive());
    assertFalse(mod.isAlive());
    assertEquals(before.substring(0, site.events("OPC").length()), site.events("OPC"));
    assertEquals(1, sessions());
  }

  /** All mistakes are told, and nothing is changed: neither what is right in other files. */
  @Test
  void aMistakeAnywhereChangesNothing() throws Exception {
    Thread opc = thread("link opc.tcp");
    site.write("machines/opc.toml", opcFile.replace("state = { n", "stade == { n"));
    site.delete("machines/mod.toml");
    ControlNews news = daemon.reload(false);
    assertEquals(State.MISTAKEN, news.state());
    assertTrue(news.message().contains("opc.toml:8"), news.message());
    assertTrue(news.message().contains("nothing was changed"), news.message());
    assertSame(opc, thread("link opc.tcp"));
    assertNull(daemon.commanded().refusal("MOD", runR42()));
  }

  /** I4: nobody watches it any more, and its row says so; later it is found again. */
  @Test
  void aMachineIsRemovedAndAddedAgain() throws Exception {
    site.delete("machines/opc.toml");
    String would = daemon.reload(true).message();
    assertEquals("OPC  removed\nunchanged: 1 machine", would);
    assertTrue(thread("link opc.tcp").isAlive(), "a dry run does nothing");
    assertEquals(would, daemon.reload(false).message());
    await("offline", () -> "offline".equals(site.row("OPC", "status")));
    assertEquals("no longer configured", site.row("OPC", "last_detail ->> 'reason'"));
    assertNull(thread("link opc.tcp"));
    site.write("machines/opc.toml", opcFile);
    assertEquals("OPC  added\nunchanged: 1 machine", daemon.reload(false).message());
    await("found again", () -> "idle".equals(site.row("OPC", "status")));
  }

  /** I7: a run keeps what it began with, and nobody takes the link from under it. */
  @Test
  void aMachineInARunKeepsItsSettings() throws Exception {
    CompletableFuture<CommandResult> run = site.give("MOD", runR42());
    await("it runs", () -> "processing".equals(site.row("MOD", "status")));
    site.write("machines/mod.toml", modFile.replace("50ms", "60ms"));
    site.write("machines/opc.toml", opcFile.replace("security", "sampling = \"50ms\"\nsecurity"));
    recipe("1ms");
    ControlNews news = daemon.reload(false);
    assertEquals(State.PARTLY, news.state());
    assertTrue(
        news.message().contains("MOD  changed  refused: MOD: it is in recipe R42"), news.message());
    assertTrue(news.message().contains("OPC  changed, not watched for"), news.message());
    assertTrue(news.message().contains("recipes: 1, are as they stand"), news.message());
    assertFalse(run.isDone(), () -> run.join().toString());
    assertTrue(site.ended("MOD", RunningSite.stop()).completed());
    site.awaitReady("MOD", runR42());
    assertTrue(daemon.reload(false).message().startsWith("MOD  changed, not watched for"));
    site.awaitReady("MOD", runR42());
    assertTrue(site.ended("MOD", runR42()).completed(), "the new recipe is short");
    await("its history", () -> site.events("MOD").endsWith("start complete"));
    assertEquals(
        "start 10m, stop 10m, start 1ms, complete 1ms",
        DATABASE.value(
            "SELECT string_agg(event || ' ' || substring(source, 'wait = \"(\\w+)\"'), ', '"
                + " ORDER BY t.state_seq) FROM machine_transitions t"
                + " JOIN recipe_versions v ON v.hash = detail ->> 'recipe_hash'"),
        "each run is told with the recipe that it began with");
  }

  /** I7: whoever is taken out in a run is made safe first, as at a stop. */
  @Test
  void aMachineThatIsRemovedInARunIsMadeSafe() throws Exception {
    CompletableFuture<CommandResult> run = site.give("MOD", runR42());
    await("it runs", () -> "processing".equals(site.row("MOD", "status")));
    site.delete("machines/mod.toml");
    assertEquals(State.COMPLETED, daemon.reload(false).state());
    assertFalse(run.get(60, TimeUnit.SECONDS).completed());
    await("its history", () -> site.events("MOD").endsWith("start stop link_lost"));
    assertEquals("no longer configured", site.row("MOD", "last_detail ->> 'reason'"));
  }

  /**
   * A leak would show in threads or descriptors, 96 times; what pools and other tests of this JVM
   * have come to need meanwhile is less. A touched neighbour would show in its history.
   */
  @Test
  void aHundredReloadsLeaveNothingBehind() throws Exception {
    Thread opc = thread("link opc.tcp");
    String before = site.events("OPC");
    reloads(4);
    List<String> threads = threads();
    List<String> files = files();
    reloads(96);
    try {
      await("threads", () -> threads().size() <= threads.size() + 32);
      await("descriptors", () -> files().size() <= files.size() + 32);
    } catch (AssertionError e) {
      throw new AssertionError(
          "before: %s, %s%nnow: %s, %s".formatted(threads, files, threads(), files()), e);
    }
    assertSame(opc, thread("link opc.tcp"));
    assertEquals(before, site.events("OPC"));
    assertEquals(1, sessions());
    await("delivered", () -> "idle".equals(site.row("MOD", "status")));
    assertEquals(
        "0",
        DATABASE.value(
            "SELECT count(*) FROM machines m WHERE state_seq <> (SELECT count(*) FROM"
                + " machine_transitions t WHERE t.machine_id = m.id)"));
  }

  private static Command runR42() {
    return RunningSite.start("R42", Map.of());
  }

  private void reloads(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      site.write("machines/mod.toml", modFile.replace("50ms", 40 + i % 2 + "ms"));
      assertEquals(State.COMPLETED, daemon.reload(false).state());
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).sorted().toList();
  }

  /** What this process has open. */
  private static List<String> files() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(ReloadTest::target).sorted().toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  private long sessions() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith("link opc.tcp"))
        .count();
  }

  private static Thread thread(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith(name))
        .findFirst()
        .orElse(null);
  }

  private void recipe(String rest) throws Exception {
    site.write(
        "recipes/r42.toml",
        "name = \"R42\"\n[[steps]]\nset = { valve = true }\n[[steps]]\nname = \"rest\"\nwait = \""
            + rest
            + "\"\n[[steps]]\nset = { valve = false }\n");
  }
}
