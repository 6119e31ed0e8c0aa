package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Decision;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Event;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Transition;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.testing.Jitter;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * I3 and I8 after a long absence of the database: what waits arrives in order, machines that are
 * live meanwhile hardly notice, and memory does not depend on how much it is.
 */
@Tag("soak")
class BacklogTest {

  private static final int WAITING = Integer.getInteger("backlog.transitions", 100_000);
  private static final int MACHINES = 50;
  private static final int APPEND = 500;
  private static final Duration LIVE_LIMIT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long HEAP_MARGIN = 32L << 20;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();
  @RegisterExtension private final Scene scene = new Scene(512);

  private final TimeSource time = TimeSource.system();
  private final MachineStore direct = new MachineStore(DATABASE.dataSource());

  @Test
  void aBacklogIsDeliveredInOrderAndHoldsNoLiveMachineUp() throws Exception {
    MemoryWriter.clear();
    DATABASE.execute(
        "INSERT INTO machines (serial_number) SELECT 'OLD-' || n FROM generate_series(1, "
            + MACHINES
            + ") AS n; INSERT INTO machines (serial_number) VALUES ('LIVE')");
    fill();
    assertEquals(WAITING, scene.journal.count().waiting());
    long heap = heap();
    long most = 0;
    long start = System.nanoTime();
    Jitter host = new Jitter();
    try (host;
        Database pool = new Database(DATABASE.settings());
        Engine engine = engine(new MachineStore(pool.dataSource()))) {
      engine.start();
      while (waitingOfOld()) {
        assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "not within " + PATIENCE);
        most = Math.max(most, heap());
        Thread.sleep(500);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertEquals(
        "0",
        DATABASE.value(
            "SELECT count(*) FROM (SELECT state_seq, row_number() OVER each AS n, recorded_at,"
                + " lag(recorded_at) OVER each AS before FROM machine_transitions WINDOW each AS"
                + " (PARTITION BY machine_id ORDER BY state_seq)) AS t"
                + " WHERE state_seq <> n OR recorded_at < before"));
    assertEquals(
        Integer.toString(WAITING),
        DATABASE.value(
            "SELECT count(*) FROM machine_transitions t JOIN machines m ON m.id = machine_id"
                + " WHERE serial_number LIKE 'OLD-%' AND event IN ('start', 'complete')"));
    String live =
        DATABASE.value(
            "SELECT count(*) || ' ' || round(1000 * max(extract(epoch FROM recorded_at -"
                + " occurred_at))) || ' ' || round(1000 * percentile_disc(0.5) WITHIN GROUP (ORDER"
                + " BY extract(epoch FROM recorded_at - occurred_at))) FROM machine_transitions t"
                + " JOIN machines m ON m.id = machine_id WHERE serial_number = 'LIVE'");
    String[] told = live.split(" ", 3);
    System.out.printf(
        "%d waiting transitions of %d machines: %.1f s, %.0f a second; %s of a live machine"
            + " meanwhile: longest delay %s ms, median %s ms; this host kept a thread waiting for"
            + " %d ms; heap before %d MiB, most %d MiB%n",
        WAITING,
        MACHINES,
        seconds,
        WAITING / seconds,
        told[0],
        told[1],
        told[2],
        host.worst().toMillis(),
        heap >> 20,
        most >> 20);
    assertTrue(Long.parseLong(told[0]) > 10, "the live machine did something: " + live);
    long limit = LIVE_LIMIT.plus(host.worst()).toMillis();
    assertTrue(Long.parseLong(told[1]) <= limit, "a live machine waited: " + live);
    assertTrue(most - heap < HEAP_MARGIN, "heap " + (heap >> 20) + " → " + (most >> 20) + " MiB");
    assertEquals(List.of(), MemoryWriter.of("database"));
  }

  /** Runs of machines that nobody could tell the database of. */
  private void fill() throws Exception {
    for (Row row : direct.all().readable().values()) {
      if (row.serialNumber().startsWith("OLD-")) {
        fill(row, WAITING / MACHINES);
      }
    }
  }

  private void fill(Row row, int transitions) throws Exception {
    Known known = Rebase.first(row.serialNumber(), row, Scene.STALE_AFTER);
    MachineState idle = Scene.idle(0);
    known = new Known(known.machine(), known.rowId(), idle, null, known.memory());
    scene.journal.rebase(known);
    for (int done = 0; done < transitions; done += APPEND) {
      List<Transition> decided = new ArrayList<>();
      MachineState state = known.state();
      for (int i = 0; i < APPEND; i++) {
        Event event = i % 2 == 0 ? new Event.Start() : new Event.Complete();
        Decision decision = scene.lifecycle.decide(state, occurrence(event, state.seq() / 2 + 1));
        Transition transition = ((Decision.Accepted) decision).transition();
        decided.add(transition);
        state = transition.to();
      }
      Known after =
          new Known(
              known.machine(), known.rowId(), state, decided.get(APPEND - 1).id(), known.memory());
      scene.journal.append(known, after, decided);
      known = after;
    }
  }

  private static Occurrence occurrence(Event event, long cycle) {
    return new Occurrence(
        event, Scene.START, new Detail("machine", "R42", null, cycle, 0, null, false));
  }

  private Engine engine(MachineStore store) throws JournalException {
    Ids ids = new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong());
    return new Engine(
        List.of(new Engine.Wiring(live(), List.of(Scene.settings("LIVE", false)))),
        new Engine.Parts(
            store,
            scene.journal,
            List::of,
            new dev.millwright.machine.Lifecycle(ids),
            time,
            () -> 0.5),
        differences -> {},
        death -> {
          throw new AssertionError(death);
        });
  }

  /** A machine that changes its state four times a second. */
  private static Link live() {
    CountDownLatch never = new CountDownLatch(1);
    return new ScriptedLink(
        nth -> {
          boolean unused = never.await(250, TimeUnit.MILLISECONDS);
          Shown shown = nth % 2 == 0 ? Shown.PROCESSING : Shown.COMPLETE;
          return List.of(Scene.shows("LIVE", shown == Shown.PROCESSING ? 1 : 3, (nth + 1) / 2));
        });
  }

  private boolean waitingOfOld() throws JournalException {
    return scene.journal.all(0, 2).size() > 1;
  }

  /** What is still in use after a collection, in bytes. */
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
