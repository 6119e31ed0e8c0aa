package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millwright.machine.Lifecycle;
import dev.millwright.store.Database;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import dev.millwright.store.Row;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is written beside the transitions keeps none of them waiting (I8). */
@Timeout(60)
class RunNotesTest {

  @TempDir private Path folder;

  private TestDatabase server;
  private Database database;
  private MachineStore store;
  private Rig rig;
  private RunNotes notes;

  @BeforeEach
  void aRun() throws Exception {
    MemoryWriter.clear();
    server = TestDatabase.withSchema().create();
    server.execute("INSERT INTO machines (serial_number) VALUES ('RIG')");
    database = new Database(server.settings());
    store = new MachineStore(database.dataSource());
    Row row = store.load(List.of(Rig.NAME)).readable().get(Rig.NAME);
    rig =
        new Rig(
            folder,
            new Rig.Machine(),
            Rig.settings(),
            row,
            Rig.recipe(folder, "wait", "[[steps]]", "wait = \"10m\""));
    TimeSource time = new TimeSource(() -> rig.machine.wall, () -> rig.machine.nanos);
    Roster roster = new Roster();
    roster.replace(List.of(link(time)));
    notes =
        new RunNotes(store, new RecipeVersions(database.dataSource()), rig.journal, roster, time);
    rig.until("idle", () -> rig.events().equals("link_found"));
    rig.give(Command.Kind.START, "wait", result -> {});
    rig.until("it runs", () -> rig.drive.progress() != null);
  }

  private RunningLink link(TimeSource time) {
    ScriptedLink link = new ScriptedLink(nth -> List.of());
    return new RunningLink(
        new Engine.Wiring(link, List.of()),
        new LinkRunner(
            link,
            List.of(),
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2), () -> 0.5),
            time),
        new RunningLink.Behind(List.of(), List.of(rig.drive), Map.of(), null),
        new Threads(death -> {}));
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
    database.close();
    server.close();
  }

  /** A technician locks the row, and goes to lunch. */
  @Test
  void aLockedRowIsToldLater() throws Exception {
    try (Connection technician = server.connect();
        Statement statement = technician.createStatement()) {
      technician.setAutoCommit(false);
      statement.execute("SELECT FROM machines FOR UPDATE");
      notes.progress();
      technician.commit();
    }
    assertNull(progress());
    rig.pass(RunNotes.EACH);
    notes.progress();
    assertEquals("running", progress());
  }

  /** A site's trigger stands in the way of it: that is told once, and tried again. */
  @Test
  void aRowThatTakesNoProgressKeepsNobodyWaiting() throws Exception {
    refuse("machines BEFORE UPDATE OF progress");
    for (int i = 0; i < 5; i++) {
      notes.progress();
      rig.pass(RunNotes.EACH);
    }
    assertEquals(
        1,
        MemoryWriter.of("database").stream()
            .filter(line -> line.contains("not on a Friday"))
            .count());
    server.execute("DROP TRIGGER site ON machines");
    rig.pass(Duration.ofSeconds(30));
    notes.progress();
    assertEquals("running", progress());
  }

  /** Its machine waits for that, and no other does. */
  @Test
  void whereARecipeCannotBeKeptOnlyItsMachineWaits() throws Exception {
    refuse("recipe_versions BEFORE INSERT");
    server.execute("INSERT INTO machines (serial_number) VALUES ('OTHER')");
    MachineMonitor other = monitor("OTHER");
    Delivery delivery = delivery(other);
    Thread thread = new Thread(delivery, "delivery under test");
    thread.start();
    Scene.await(
        "the other",
        () -> {
          other.observe(Scene.shows("OTHER", 0, 1));
          return history("OTHER").equals("link_found");
        });
    Scene.await(
        "that is told",
        () ->
            MemoryWriter.of(Rig.NAME)
                .toString()
                .contains("recipe wait cannot be kept: ERROR: not on a Friday"));
    assertEquals("", history(Rig.NAME));
    server.execute("DROP TRIGGER site ON recipe_versions");
    Scene.await("its machine", () -> history(Rig.NAME).equals("link_found start"));
    assertEquals("wait", server.value("SELECT name FROM recipe_versions"));
    delivery.stop();
    thread.join(Scene.PATIENCE.toMillis());
  }

  private MachineMonitor monitor(String name) {
    TimeSource time = TimeSource.system();
    Ids ids = new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong());
    return new MachineMonitor(
        Scene.settings(name, false),
        null,
        new MachineMonitor.Parts(
            new Lifecycle(ids), time, rig.journal, new Intake(rig.journal, time)));
  }

  private Delivery delivery(MachineMonitor other) {
    TimeSource time = TimeSource.system();
    RecipeVersions versions = new RecipeVersions(database.dataSource());
    return new Delivery(
        new Delivery.Parts(
            store,
            List::of,
            rig.journal,
            new Intake(rig.journal, time),
            Roster.of(List.of(rig.monitor, other)),
            new RunNotes(store, versions, rig.journal, new Roster(), time),
            time,
            new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), () -> 0.5),
            Meter.NONE),
        differences -> {});
  }

  private String history(String serial) {
    try {
      return String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refuse(String when) throws SQLException {
    String table = when.substring(0, when.indexOf(' '));
    String event = when.substring(table.length() + 1);
    server.execute(
        "CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'not on a Friday' USING ERRCODE = 'XX000'; END $$;"
            + " CREATE TRIGGER site "
            + event
            + " ON "
            + table
            + " FOR EACH ROW EXECUTE FUNCTION site()");
  }

  private String progress() throws SQLException {
    return server.value("SELECT progress ->> 'state' FROM machines");
  }
}
