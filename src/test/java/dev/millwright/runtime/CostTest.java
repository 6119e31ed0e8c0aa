package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the journal costs on the way from an observation to the row. It measures and prints; what it
 * holds is only that everything arrives.
 */
@Tag("soak")
class CostTest {

  private static final int RUNS = Integer.getInteger("cost.runs", 500);
  private static final Path MEMORY = Path.of("/dev/shm");

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir private Path disk;

  private final TimeSource time = TimeSource.system();

  @Test
  void fromTheObservationToTheRow() throws Exception {
    measure("warming up", disk.resolve("warm.db"));
    measure("journal on disk", disk.resolve("journal.db"));
    if (Files.isDirectory(MEMORY)) {
      Path memory = Files.createTempDirectory(MEMORY, "cost");
      measure("journal in memory, which costs next to nothing", memory.resolve("journal.db"));
    }
  }

  private void measure(String what, Path path) throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
    try (Journal journal =
            Journal.open(new JournalSettings(path, DataSize.ofMebibytes(64)), time.now());
        Database pool = new Database(DATABASE.settings())) {
      Intake intake = new Intake(journal, time);
      Lifecycle lifecycle =
          new Lifecycle(new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong()));
      MachineMonitor press =
          new MachineMonitor(
              Scene.settings("PRESS-01", false),
              null,
              new MachineMonitor.Parts(lifecycle, time, journal, intake));
      Delivery delivery =
          new Delivery(
              new Delivery.Parts(
                  new MachineStore(pool.dataSource()),
                  List::of,
                  journal,
                  intake,
                  Roster.of(List.of(press)),
                  new RunNotes(
                      new MachineStore(pool.dataSource()), null, journal, new Roster(), time),
                  time,
                  new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), () -> 0.5),
                  Meter.NONE),
              differences -> {});
      Thread thread = new Thread(delivery, "delivery");
      thread.start();
      List<Double> decided = run(press);
      delivery.stop();
      thread.join();
      report(what, decided);
    }
  }

  /** How long each decision kept the link's thread, in milliseconds. */
  private static List<Double> run(MachineMonitor press) throws InterruptedException {
    List<Double> decided = new ArrayList<>();
    Scene.await("the row", () -> press.known() != null);
    press.observe(Scene.shows("PRESS-01", 0, 0));
    for (int i = 1; i <= RUNS; i++) {
      for (int state : new int[] {1, 3}) {
        Thread.sleep(4);
        long start = System.nanoTime();
        press.observe(Scene.shows("PRESS-01", state, i));
        decided.add((System.nanoTime() - start) / 1e6);
      }
    }
    return decided;
  }

  private static void report(String what, List<Double> decided) throws Exception {
    decided.sort(null);
    String row =
        DATABASE.value(
            "SELECT count(*) || ' ' || to_char(1000 *"
                + " percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM recorded_at -"
                + " occurred_at)), 'FM990.00') || ' ms, 99 % within ' || to_char(1000 *"
                + " percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM recorded_at -"
                + " occurred_at)), 'FM990.00') || ' ms' FROM machine_transitions");
    System.out.printf(
        "%s: deciding and keeping median %.2f ms, 99 %% within %.2f ms; to the row (count, median) %s%n",
        what, decided.get(decided.size() / 2), decided.get(decided.size() * 99 / 100), row);
    assertEquals(
        Integer.toString(2 * RUNS + 1), DATABASE.value("SELECT count(*) FROM machine_transitions"));
  }
}
