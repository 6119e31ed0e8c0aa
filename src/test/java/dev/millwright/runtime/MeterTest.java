package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What happens is heard where it happens, once. */
@Timeout(60)
class MeterTest {

  @RegisterExtension private final Scene scene = new Scene();
  @TempDir private Path folder;
  private final MachineMonitor press = scene.monitor("PRESS-01");

  /**
   * The latency is that of what was seen; what was concluded after a gap has no moment of its own.
   */
  @Test
  void aTransitionIsHeardAsItIsDecidedAndAsItIsWritten() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
      press.look(
          new MachineStore(database.dataSource())
              .load(List.of("PRESS-01"))
              .readable()
              .get("PRESS-01"));
      press.observe(Scene.shows("PRESS-01", 0, 5));
      press.observe(Scene.shows("PRESS-01", 1, 6));
      assertEquals(
          List.of("decided PRESS-01 link_found", "decided PRESS-01 start"),
          scene.heard.of("decided"));
      assertEquals(List.of(), scene.heard.of("delivered"), "nobody has written anything yet");
      scene.pass(Duration.ofSeconds(2));
      deliver(database);
      assertEquals(List.of("delivered PRESS-01 PT2S"), scene.heard.of("delivered"));
      assertEquals(List.of(), scene.heard.of("conflict"));
    }
  }

  @Test
  void aRowThatSomebodyElseHasWrittenIsAConflict() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
      press.look(
          new MachineStore(database.dataSource())
              .load(List.of("PRESS-01"))
              .readable()
              .get("PRESS-01"));
      press.observe(Scene.shows("PRESS-01", 0, 5));
      database.execute(
          "UPDATE machines SET failure_description = 'looked at by hand', status = 'offline'");
      deliver(database);
      assertEquals(List.of("conflict PRESS-01"), scene.heard.of("conflict"));
      assertEquals(List.of(), scene.heard.of("delivered"));
    }
  }

  @Test
  void whatCannotBeUsedIsAReadError() {
    press.observe(Scene.shows("PRESS-01", 0, 5));
    assertEquals(List.of(), scene.heard.of("unreadable"));
    press.observe(Scene.bad("PRESS-01", "no answer"));
    press.observe(Scene.bad("PRESS-01", "no answer"));
    assertEquals(
        2, scene.heard.of("unreadable PRESS-01").size(), "also where the log says it once");
  }

  @Test
  void eachTimeThatALinkFailsIsHeard() throws Exception {
    ScriptedLink link =
        new ScriptedLink(
            nth -> {
              throw new LinkException("scripted: broke");
            });
    Backoff soon = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), () -> 0.5);
    LinkRunner runner =
        new LinkRunner(link, List.of(press), soon, scene.time, Teller.LOG, scene.heard);
    Thread thread = new Thread(runner, "link under test");
    thread.start();
    Scene.await("three", () -> scene.heard.of("link " + link.name()).size() >= 3);
    runner.stop();
    thread.interrupt();
    thread.join(Scene.PATIENCE.toMillis());
  }

  /** LEGACY 9: the overrun of every pulse; and I7: a safe state that is late. */
  @Test
  void pulsesCommandsAndASafeStateThatIsLateAreHeard() throws Exception {
    Rig.Machine machine = new Rig.Machine();
    List<CommandResult> results = new ArrayList<>();
    try (Rig rig =
        new Rig(
            folder,
            machine,
            Rig.recipe(
                folder, "FILL", "[[steps]]", "pulse = { tag = \"valve_1\", for = \"500ms\" }"))) {
      rig.until("idle", () -> rig.events().equals("link_found"));
      Commandables commandables = new Commandables(() -> Map.of(Rig.NAME, rig.drive), rig.heard);
      commandables.command(Rig.NAME, Rig.command(Kind.START, "FILL"), results::add);
      rig.until("its end", () -> results.size() == 1);
      assertEquals(1, rig.heard.of("pulse " + Rig.NAME + " PT").size());
      commandables.command(Rig.NAME, Rig.command(Kind.START, "NONE"), results::add);
      commandables.command(Rig.NAME, Rig.command(Kind.START, "FILL"), results::add);
      rig.until("open", () -> machine.values.get("valve_1").equals(true));
      machine.refusal = write -> "stuck";
      commandables.command(Rig.NAME, Rig.command(Kind.STOP, null), results::add);
      rig.until("all are told", () -> results.size() == 4);
      assertEquals(List.of("unsafe " + Rig.NAME), rig.heard.of("unsafe"));
      List<String> ended = rig.heard.of("ended");
      assertEquals("ended RIG START completed", ended.get(0));
      assertTrue(ended.get(1).contains("NONE"), "refused: " + ended);
      assertEquals(4, ended.size(), ended.toString());
    }
  }

  private void deliver(TestDatabase database) throws Exception {
    MachineStore store = new MachineStore(database.dataSource());
    Delivery delivery =
        new Delivery(
            new Delivery.Parts(
                store,
                List::of,
                scene.journal,
                scene.intake,
                Roster.of(List.of(press)),
                new RunNotes(store, null, scene.journal, new Roster(), scene.time),
                scene.time,
                new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), () -> 0.5),
                scene.heard),
            differences -> {});
    delivery.stop();
    delivery.run();
  }
}
