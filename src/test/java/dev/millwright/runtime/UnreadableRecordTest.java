package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Addressed;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.SqliteFile;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon starts on a journal in which a transition of machine A cannot be read, and what is known
 * of machine C; B is sound.
 */
@Timeout(60)
class UnreadableRecordTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir private Path folder;

  /** Four times as fast, as the rows are looked at every five seconds. */
  private final TimeSource time =
      new TimeSource(InstantSource.system(), () -> 4 * System.nanoTime());

  private final Lifecycle lifecycle =
      new Lifecycle(new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong()));
  private final MachineStore store = new MachineStore(DATABASE.dataSource());

  /** All machines were found idle; a whole run of each, the sixth, is not delivered. */
  @BeforeEach
  void fill() throws Exception {
    MemoryWriter.clear();
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('A'), ('B'), ('C')");
    try (Journal journal = open()) {
      for (String serial : List.of("A", "B", "C")) {
        MachineMonitor monitor =
            new MachineMonitor(
                Scene.settings(serial, false),
                null,
                new MachineMonitor.Parts(lifecycle, time, journal, new Intake(journal, time)));
        monitor.look(store.load(List.of(serial)).readable().get(serial));
        monitor.observe(Scene.shows(serial, 0, 5));
        Entry found = journal.oldest(serial, 1).get(0);
        store.deliver(List.of(new Addressed(found.rowId(), found.after(), found.transition())));
        journal.confirm(List.of(found));
        monitor.observe(Scene.shows(serial, 1, 6));
        monitor.observe(Scene.shows(serial, 3, 6));
      }
      assertEquals(6, journal.count().waiting());
    }
  }

  @Test
  void theMachineGoesOnFromWhatIsReadableAndTheOthersAsIfNothingWere() throws Exception {
    SqliteFile.execute(
        file(), "UPDATE entry SET to_since = 'now' WHERE machine = 'A' AND event = 'start'");
    SqliteFile.execute(file(), "UPDATE known SET last_contact = 'now' WHERE machine = 'C'");
    try (Journal journal = open();
        Engine engine = engine(journal)) {
      engine.start();
      Scene.await("B goes on", () -> events("B").equals("link_found start complete start"));
      Scene.await("A goes on from its row", () -> events("A").contains("start"));
      Scene.await("C goes on", () -> events("C").startsWith("link_found start complete start"));
      // A's unreadable entry with what follows on it, and what it decided until then.
      assertTrue(journal.count().quarantined() >= 2, () -> events("A"));
    }
    assertEquals("2", started("A"), "the sixth run is not lost: the counter proves it");
    assertEquals("2", started("C"));
    String told = MemoryWriter.of("A").toString();
    assertTrue(told.contains("entry 2 of A cannot be read: "), told);
    String known = MemoryWriter.of("C").toString();
    assertTrue(known.contains("what is known of C cannot be read: "), known);
    List<String> sound = MemoryWriter.of("B");
    assertTrue(sound.stream().allMatch(line -> line.startsWith("INFO")), sound.toString());
    assertEquals(List.of(), MemoryWriter.of("journal"));
    assertEquals(List.of(), MemoryWriter.of("database"));
  }

  private Path file() {
    return folder.resolve("journal.db");
  }

  private Journal open() throws Exception {
    return Journal.open(new JournalSettings(file(), DataSize.ofMebibytes(16)), Instant.now());
  }

  private Engine engine(Journal journal) throws Exception {
    return new Engine(
        List.of(wiring("A"), wiring("B"), wiring("C")),
        new Engine.Parts(store, journal, List::of, lifecycle, time, () -> 0.5),
        differences -> {},
        death -> {
          throw new AssertionError(death);
        });
  }

  /** The machine runs its seventh cycle. */
  private static Engine.Wiring wiring(String serial) {
    CountDownLatch never = new CountDownLatch(1);
    return new Engine.Wiring(
        new ScriptedLink(
            nth -> {
              boolean unused = never.await(100, TimeUnit.MILLISECONDS);
              return List.of(Scene.shows(serial, 1, 7));
            }),
        List.of(Scene.settings(serial, false)));
  }

  private String events(String serial) {
    try {
      return String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs that were started or proved. */
  private static String started(String serial) throws SQLException {
    return DATABASE.value(
        "SELECT sum(1 + coalesce((detail ->> 'missed_runs')::int, 0)) FROM machine_transitions t"
            + " JOIN machines m ON m.id = machine_id WHERE event = 'start' AND serial_number = '"
            + serial
            + "'");
  }
}
