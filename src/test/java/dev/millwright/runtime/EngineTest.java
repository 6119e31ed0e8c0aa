package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Status;
import dev.millwright.runtime.Glimpse.Conclusion;
import dev.millwright.runtime.Settled.How;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.testing.Hanging;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The threads together: none waits for another, none dies silently, all end in time. */
@Timeout(120)
class EngineTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @RegisterExtension private final Scene scene = new Scene();

  private final MachineStore store = new MachineStore(DATABASE.dataSource());
  private final List<Throwable> deaths = new ArrayList<>();

  @BeforeEach
  void oneMachine() throws Exception {
    MemoryWriter.clear();
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('A'), ('B')");
  }

  /** I4: a link whose opening never returns says nothing; its machine is offline all the same. */
  @Test
  void aMachineGoesOfflineWhileItsLinkHangsInOpening() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid()"
            + " WHERE serial_number = 'A'");
    HangingLink hanging = new HangingLink();
    try (Engine engine =
        engine(TimeSource.system(), wiring(hanging, "A"), wiring(showing("B"), "B"))) {
      engine.start();
      Scene.await("offline", () -> events("A").equals("external link_lost"));
      Scene.await("B is read on", () -> events("B").startsWith("link_found"));
    }
    assertEquals(0, hanging.closed.getCount(), "it was closed from outside");
    assertTrue(events("B").endsWith("link_lost"), "whoever stops watching says so (I4)");
    assertEquals(List.of(), MemoryWriter.of("daemon"));
    assertEquals(List.of(), deaths);
  }

  /** LEGACY 12: a crash left a machine in processing, and nothing looked at it on start. */
  @Test
  void legacy12WhatACrashedProgramLeftIsComparedWithTheMachineOnStart() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid()");
    try (Engine engine =
        engine(TimeSource.system(), wiring(showing("A"), "A"), wiring(silent(), "B"))) {
      engine.start();
      // On a slow host it may be stale before it is seen.
      Scene.await("A's run has ended", () -> events("A").matches("external (link_lost )?stop.*"));
      Scene.await("B is offline", () -> events("B").equals("external link_lost"));
    }
    // How it ended nobody has seen; one that nobody sees may go on (I4).
    assertEquals(
        "A unknown t, B unknown f",
        DATABASE.value(
            "SELECT string_agg(serial_number || ' ' || outcome || ' ' || left(inferred::text, 1),"
                + " ', ' ORDER BY serial_number) FROM process_runs"));
  }

  /** I8: what does not even end when it is closed is left behind, and named. */
  @Test
  void aStopIsBoundedWhateverHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Link stuck =
        new ScriptedLink(
            nth -> {
              Hanging.until(never);
              return List.of(Scene.shows("A", 1, 1));
            });
    Engine engine = engine(TimeSource.system(), wiring(stuck, "A"));
    engine.start();
    Scene.await("open", () -> ((ScriptedLink) stuck).observed.get() == 1);
    long start = System.nanoTime();
    engine.close();
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
    assertEquals(
        List.of("WARN daemon        link scripted does not stop; leaving it behind"),
        MemoryWriter.of("daemon"));
    // Even when it comes back to life, it claims nothing any more (I4).
    never.countDown();
    Scene.await("it ends", () -> ((ScriptedLink) stuck).closed.get() >= 2);
    assertEquals("", events("A"));
  }

  /** A daemon without one of its threads is worse than none: it has to end, and say why. */
  @Test
  void aThreadThatDiesIsReported() throws Exception {
    CountDownLatch reported = new CountDownLatch(1);
    Link broken =
        new ScriptedLink(
            nth -> {
              throw new OutOfMemoryError("none left");
            });
    try (Engine engine =
        new Engine(
            List.of(wiring(broken, "A")),
            parts(TimeSource.system(), List::of),
            differences -> {},
            death -> {
              deaths.add(death);
              reported.countDown();
            })) {
      engine.start();
      assertTrue(reported.await(30, TimeUnit.SECONDS));
    }
    assertEquals("none left", deaths.get(0).getMessage());
    Scene.await("its line", () -> MemoryWriter.of("daemon").size() == 1);
    assertEquals(
        "ERROR daemon        thread link scripted died: none left",
        MemoryWriter.of("daemon").get(0));
  }

  /** I4: a fault in deciding on one machine leaves the thread that watches over all. */
  @Test
  void stalenessIsWatchedOnAfterAFault() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid()");
    Ids ids = new Ids(TimeSource.system().wall(), () -> ThreadLocalRandom.current().nextLong());
    int[] calls = {0};
    Lifecycle faulty =
        new Lifecycle(
            () -> {
              if (calls[0]++ < 5) {
                throw new IllegalStateException("odd");
              }
              return ids.get();
            });
    Engine.Parts parts =
        new Engine.Parts(store, scene.journal, List::of, faulty, TimeSource.system(), () -> 0.5);
    try (Engine engine =
        new Engine(
            List.of(wiring(silent(), "A"), wiring(silent(), "B")),
            parts,
            differences -> {},
            deaths::add)) {
      engine.start();
      Scene.await("A is offline", () -> events("A").equals("external link_lost"));
      Scene.await("B is offline", () -> events("B").equals("external link_lost"));
    }
    assertTrue(MemoryWriter.of("A").toString().contains("unexpected IllegalStateException: odd"));
  }

  /**
   * I8: a journal that takes nothing is not asked twenty times a second by each stale machine; I4:
   * when it takes something again, the machine soon goes offline.
   */
  @Test
  void aStaleMachineAsksAFailingJournalLessAndLess() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid()"
            + " WHERE serial_number = 'A'");
    Ids ids = new Ids(TimeSource.system().wall(), () -> ThreadLocalRandom.current().nextLong());
    AtomicInteger decided = new AtomicInteger();
    Lifecycle counting =
        new Lifecycle(
            () -> {
              decided.incrementAndGet();
              return ids.get();
            });
    Path elsewhere = scene.journalFile().resolveSibling("elsewhere");
    Files.move(scene.journalFile(), elsewhere);
    try (Engine engine =
        new Engine(
            List.of(wiring(silent(), "A")),
            new Engine.Parts(
                store, scene.journal, List::of, counting, TimeSource.system(), () -> 0.5),
            differences -> {},
            deaths::add)) {
      engine.start();
      Scene.await("the first refusal", () -> !MemoryWriter.of("journal").isEmpty());
      Thread.sleep(1500);
      assertTrue(decided.get() < 10, decided + " attempts in 1.5 s");
      Files.move(elsewhere, scene.journalFile());
      Scene.await("A is offline", () -> events("A").equals("external link_lost"));
    }
  }

  /** Who looks waits for nobody: not for a machine that hangs, and not for the database. */
  @Test
  void theOverviewTellsOfEachMachineWhatIsKnownNow() throws Exception {
    HangingLink hanging = new HangingLink();
    try (Engine engine =
        engine(TimeSource.system(), wiring(hanging, "A"), wiring(showing("B"), "B"))) {
      Overview before = engine.overview();
      assertEquals(List.of("A", "B"), before.machines().stream().map(m -> m.machine()).toList());
      assertNull(before.machines().get(0).row());
      engine.start();
      AtomicReference<Overview> told = new AtomicReference<>();
      Scene.await(
          "B is told",
          () -> {
            told.set(engine.overview());
            return seen(told.get(), "B") && told.get().database().answers();
          });
      MachineSnapshot a = told.get().machines().get(0);
      assertEquals(Status.OFFLINE, a.row().state().status());
      assertEquals("hanging false null", a.link().name() + " " + a.link().open() + " " + a.age());
      assertEquals(Conclusion.NOTHING_SEEN, a.glimpse().conclusion());
      MachineSnapshot b = told.get().machines().get(1);
      assertEquals("link_found", b.row().lastEvent());
      assertTrue(b.link().open());
      assertTrue(b.age().compareTo(Duration.ofSeconds(20)) < 0, b.age().toString());
      assertEquals(How.CONFIRMED, b.settled().how());
      assertEquals(0, b.backlog().waiting());
    }
  }

  /** FIELD 25: of all the loops the one that hangs is overdue, and no other. */
  @Test
  void aLinkThatHangsIsOverdueAndNothingElseIs() throws Exception {
    AtomicLong ahead = new AtomicLong();
    TimeSource time = new TimeSource(InstantSource.system(), () -> System.nanoTime() + ahead.get());
    try (Engine engine = engine(time, wiring(new HangingLink(), "A"), wiring(showing("B"), "B"))) {
      engine.start();
      Scene.await("B is watched", () -> seen(engine.overview(), "B"));
      assertEquals(List.of(), overdue(engine));
      ahead.set(Duration.ofHours(1).toNanos());
      Scene.await("the others beat", () -> overdue(engine).equals(List.of("link hanging")));
    }
  }

  private static List<String> overdue(Engine engine) {
    return engine.heartbeats().stream()
        .map(Heartbeat::overdue)
        .filter(Objects::nonNull)
        .map(Heartbeat.Overdue::loop)
        .toList();
  }

  private static boolean seen(Overview overview, String machine) {
    return overview.machines().stream()
        .anyMatch(
            of ->
                of.machine().equals(machine)
                    && of.row() != null
                    && of.row().state().status() == Status.IDLE
                    && of.row().updatedAt() != null
                    && of.settled() != null
                    && of.backlog().waiting() == 0);
  }

  @Test
  void closingTwiceOrWithoutAStartIsHarmless() throws Exception {
    Engine engine = engine(TimeSource.system(), wiring(showing("A"), "A"));
    engine.close();
    engine.close();
    assertEquals("", events("A"));
  }

  /** I4: whoever takes a machine out of the configuration leaves its row behind. */
  @Test
  void aMachineThatIsNoLongerConfiguredAndStillClaimsSomethingIsNamed() throws Exception {
    MachineMonitor gone = scene.monitor("GONE");
    gone.look(Scene.newRow("GONE"));
    gone.observe(Scene.shows("GONE", 0, 1));
    MemoryWriter.clear();
    engine(TimeSource.system(), wiring(showing("A"), "A")).close();
    assertTrue(
        MemoryWriter.of("GONE").get(0).contains("its row still says idle: UPDATE machines SET"),
        MemoryWriter.of("GONE").toString());
  }

  private Engine engine(TimeSource time, Engine.Wiring... wirings) throws Exception {
    return new Engine(List.of(wirings), parts(time, List::of), differences -> {}, deaths::add);
  }

  private Engine.Parts parts(TimeSource time, DatabaseCheck check) {
    Ids ids = new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong());
    return new Engine.Parts(store, scene.journal, check, new Lifecycle(ids), time, () -> 0.5);
  }

  private static Engine.Wiring wiring(Link link, String machine) {
    return new Engine.Wiring(
        link,
        List.of(
            new MachineSettings(
                machine, false, Duration.ofMillis(400), false, Scene.lifecycleSettings())));
  }

  private static Link showing(String machine) {
    CountDownLatch never = new CountDownLatch(1);
    return new ScriptedLink(
        nth -> {
          boolean unused = never.await(50, TimeUnit.MILLISECONDS);
          return List.of(Scene.shows(machine, 0, 1));
        });
  }

  private static Link silent() {
    CountDownLatch never = new CountDownLatch(1);
    return new ScriptedLink(
        nth -> {
          boolean unused = never.await(50, TimeUnit.MILLISECONDS);
          return List.of();
        });
  }

  private String events(String serial) {
    try {
      return String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Native code in the middle of opening a port: deaf until the port is closed. */
  private static final class HangingLink implements Link {
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public String name() {
      return "hanging";
    }

    @Override
    public void open() {
      Hanging.until(closed);
    }

    @Override
    public List<Observation> observe(Duration atMost) {
      return List.of();
    }

    @Override
    public List<Written> write(String machine, List<TagWrite> writes) {
      throw new UnsupportedOperationException("nothing is written here");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
