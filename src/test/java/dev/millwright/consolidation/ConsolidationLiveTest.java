package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.CLEANUP;
import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.COPY;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.WORDS;
import static dev.millwright.consolidation.OldInstallation.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All phases up and down while the plant works: old programs, the functions and Millwright write
 * throughout, some machines each alone and some all together. Nobody loses a write ({@link
 * LiveHistory} says what that means), meets an error, or waits for a lock for a second.
 */
@Tag("host") // takes half a minute
class ConsolidationLiveTest {

  /** What each writer writes at least between two phases. */
  private static final int FACTS = Integer.getInteger("live.facts", 300);

  /** The first machines are everybody's. */
  private static final int SHARED = 4;

  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  private final long seed = Long.getLong("millwright.seed", System.nanoTime());
  private final String remark = "; seed " + seed;
  private final List<LiveWriter> all = new ArrayList<>();

  /** From which of its facts on all that a writer writes comes to the history. */
  private final Map<LiveWriter, Integer> inHistoryFrom = new LinkedHashMap<>();

  private TestDatabase database;
  private PlanRunner runner;
  private Plan functions;
  private List<UUID> machines;

  /** The three kinds of old programs, and those who stay. */
  private LiveWriter both;

  private LiveWriter machinesOnly;
  private LiveWriter stateOnly;
  private LiveWriter caller;
  private LiveWriter millwright;

  @Test
  void nobodyLosesAWriteOrWaitsLongOnTheWayUpAndDown() throws Exception {
    database = OldInstallation.real();
    database.execute(OldInstallation.script("old-functions.sql"));
    PlanOptions options = new PlanOptions(WORDS, Duration.ofSeconds(1), null);
    runner = new PlanRunner(database.dataSource(), options);
    functions = Plan.load("functions");
    machines =
        Arrays.stream(
                database
                    .value("SELECT string_agg(id::text, ' ' ORDER BY serial_number) FROM machines")
                    .split(" "))
            .map(UUID::fromString)
            .toList();
    try {
      up();
      down();
    } finally {
      for (LiveWriter writer : all) {
        writer.close();
      }
      database.close();
      System.out.println("seed " + seed);
      all.forEach(writer -> System.out.println(writer.summary()));
    }
  }

  private void up() throws Exception {
    startOldPrograms();
    caller = start("functions", 12, 15, OldProgram::callFunctions);
    work();
    apply(NORMALISE);
    apply(COLUMNS);
    millwright = start("millwright", 15, 18, LiveWriter::guarded);
    expectInHistory(both, machinesOnly, caller, millwright);
    work();
    apply(COPY);
    apply(CUTOVER);
    expectInHistory(stateOnly);
    work();
    runner.apply(functions, null);
    work();
    stopOldPrograms();
    assertHistory();
    assertLast("machines", "id", "status", "current_process_id", both, machinesOnly, stateOnly);
    // Nobody writes the old way any more; soon that has been so for a second.
    Thread.sleep(1_200);
    apply(CLEANUP);
  }

  private void down() throws Exception {
    rollback(CUTOVER);
    startOldPrograms();
    expectInHistory(both, machinesOnly, stateOnly);
    work();
    runner.rollback(functions, null);
    work();
    assertHistory();
    // What is written to the table of that name is not in the history any more.
    inHistoryFrom.remove(stateOnly);
    rollback(COPY);
    rollback(COLUMNS);
    millwright.stop();
    assertHistory();
    rollback(NORMALISE);
    rollback(null);
    stopOldPrograms();
    caller.stop();
    assertLast(
        "machines", "id", "status", "current_process_id", both, machinesOnly, caller, millwright);
    assertLast(
        "machine_state",
        "machine_id",
        "current_state",
        "process_id",
        both,
        stateOnly,
        caller,
        millwright);
  }

  private void apply(String phase) throws Exception {
    runner.apply(plan(), phase);
    work();
  }

  private void rollback(String phase) throws Exception {
    runner.rollback(plan(), phase);
    work();
  }

  /** Both places, the one, and the other. */
  private void startOldPrograms() {
    both =
        start(
            "both tables",
            4,
            8,
            (program, machine, status, process) -> {
              program.writeTwice(machine, status, process);
              return true;
            });
    machinesOnly =
        start(
            "machines only",
            8,
            10,
            (program, machine, status, process) -> {
              program.writeMachine(machine, status, process);
              return true;
            });
    stateOnly =
        start(
            "machine_state only",
            10,
            12,
            (program, machine, status, process) -> {
              program.upsertState(machine, status, process);
              return true;
            });
  }

  /** One that has the machines from {@code from} on, up to the one before {@code to}, to itself. */
  private LiveWriter start(String name, int from, int to, LiveWriter.Fact fact) {
    List<UUID> its =
        Stream.concat(machines.subList(0, SHARED).stream(), machines.subList(from, to).stream())
            .toList();
    LiveWriter writer = new LiveWriter(database.dataSource(), name, its, fact, seed + all.size());
    all.add(writer);
    return writer;
  }

  private void stopOldPrograms() throws Exception {
    for (LiveWriter writer : List.of(both, machinesOnly, stateOnly)) {
      writer.stop();
    }
  }

  /** Lets everybody who is at work write for a while. */
  private void work() throws Exception {
    List<LiveWriter> working = all.stream().filter(LiveWriter::isRunning).toList();
    Map<LiveWriter, Integer> begin = new LinkedHashMap<>();
    working.forEach(writer -> begin.put(writer, writer.written()));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (LiveWriter writer : working) {
      while (writer.written() < begin.get(writer) + FACTS) {
        assertEquals(List.of(), writer.failures(), () -> writer.summary() + remark);
        assertTrue(System.nanoTime() < deadline, () -> writer.summary() + " writes no more");
        Thread.sleep(5);
      }
    }
  }

  private void expectInHistory(LiveWriter... writers) {
    for (LiveWriter writer : writers) {
      inHistoryFrom.put(writer, writer.written());
    }
  }

  private void assertHistory() throws SQLException {
    Map<LiveWriter, List<LiveWriter.Told>> told = new LinkedHashMap<>();
    inHistoryFrom.forEach(
        (writer, from) -> {
          List<LiveWriter.Told> facts = writer.told();
          told.put(writer, facts.subList(from, facts.size()));
        });
    LiveHistory history = LiveHistory.of(database);
    told.forEach((writer, facts) -> history.assertHas(writer.name(), facts, remark));
    LiveHistory.assertWhole(database, remark);
    long changes = history.changesOfHands(machines.subList(0, SHARED));
    assertTrue(changes > FACTS, () -> "they hardly met: " + changes + " changes of hands" + remark);
  }

  /** The machines that are a writer's alone say what it has told last. */
  private void assertLast(
      String table, String id, String status, String process, LiveWriter... writers)
      throws SQLException {
    for (LiveWriter writer : writers) {
      Map<UUID, LiveWriter.Told> last = new HashMap<>();
      writer.told().forEach(fact -> last.put(fact.machine(), fact));
      last.keySet().removeAll(machines.subList(0, SHARED));
      assertTrue(last.size() > 0, writer::summary);
      for (LiveWriter.Told fact : last.values()) {
        String words = fact.status() + (fact.process() == null ? "" : " " + fact.process());
        assertEquals(
            words,
            database.value(
                String.format(
                    "SELECT concat_ws(' ', lower(%s), %s) FROM %s WHERE %s = '%s'",
                    status, process, table, id, fact.machine())),
            () -> writer.summary() + " on " + fact.machine() + " in " + table + remark);
      }
    }
  }
}
