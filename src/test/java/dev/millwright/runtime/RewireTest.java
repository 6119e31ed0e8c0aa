package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Lifecycle;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two machines on one link, of which one changes (decision 0120). */
@Timeout(60)
class RewireTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @RegisterExtension private final Scene scene = new Scene();

  private final MachineStore store = new MachineStore(DATABASE.dataSource());

  @BeforeEach
  void rows() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('A'), ('B')");
  }

  /** B keeps what it knows: nothing is written of it. A is left and found again. */
  @Test
  void whoSharesALinkWithAChangedMachineGoesOn() throws Exception {
    try (Engine engine = engine()) {
      engine.start();
      Scene.await("found", () -> (events("A") + events("B")).equals("link_foundlink_found"));
      Engine.Rewired rewired =
          engine.rewire(change(() -> {}, Set.of("B"), Set.of(), wiring(9, "A", "B")));
      assertNull(rewired.refusal());
      assertTrue(rewired.pause().await(System.nanoTime() + TimeUnit.SECONDS.toNanos(10)) != null);
      Scene.await("again", () -> events("A").equals("link_found link_lost link_found"));
      assertEquals("link_found", events("B"));
      engine.rewire(change(() -> {}, Set.of("B"), Set.of("A"), wiring(9, "B")));
      Scene.await("A is removed", () -> events("A").endsWith("link_found link_lost"));
      assertEquals("link_found", events("B"));
    }
  }

  /** A fault of ours in the middle leaves a daemon that watches what it watched before. */
  @Test
  void aFaultInTheMiddlePutsBackWhatRan() throws Exception {
    try (Engine engine = engine()) {
      engine.start();
      Scene.await("found", () -> (events("A") + events("B")).equals("link_foundlink_found"));
      Engine.Rewired rewired =
          engine.rewire(
              change(
                  () -> {
                    throw new IllegalStateException("odd");
                  },
                  Set.of("B"),
                  Set.of(),
                  wiring(9, "A", "B")));
      assertTrue(rewired.refusal().contains("odd"), rewired.refusal());
      Scene.await("again", () -> events("A").equals("link_found link_lost link_found"));
      assertEquals("link_found", events("B"));
    }
  }

  private Engine engine() throws Exception {
    TimeSource time = TimeSource.system();
    Ids ids = new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong());
    return new Engine(
        List.of(wiring(10, "A", "B")),
        new Engine.Parts(store, scene.journal, List::of, new Lifecycle(ids), time, () -> 0.5),
        differences -> {},
        death -> {});
  }

  private static Engine.Change change(
      Runnable between, Set<String> unchanged, Set<String> removed, Engine.Wiring wiring) {
    return new Engine.Change(List.of(wiring), unchanged, removed, between);
  }

  private static Engine.Wiring wiring(int staleSeconds, String... machines) {
    CountDownLatch never = new CountDownLatch(1);
    return new Engine.Wiring(
        new ScriptedLink(
            nth -> {
              boolean unused = never.await(50, TimeUnit.MILLISECONDS);
              return List.of(machines).stream().map(each -> Scene.shows(each, 0, 1)).toList();
            }),
        List.of(machines).stream()
            .map(
                each ->
                    new MachineSettings(
                        each,
                        false,
                        Duration.ofSeconds(staleSeconds),
                        false,
                        Scene.lifecycleSettings()))
            .toList(),
        Map.of());
  }

  private String events(String serial) {
    try {
      return String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
