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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All phases up and down while the plant works: old programs and Millwright write throughout, and
 * nobody loses a write, meets an error, or waits for a lock for a second.
 */
@Tag("host") // takes half a minute
class ConsolidationLiveTest {

  /** What each writer writes at least between two phases. */
  private static final int FACTS = Integer.getInteger("live.facts", 300);

  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  private final long seed = Long.getLong("millwright.seed", System.nanoTime());
  private final List<LiveWriter> all = new ArrayList<>();
  private final List<LiveWriter> old = new ArrayList<>();

  /** Runs that have to be in the history: those of writers of machines, from its first day on. */
  private final Map<LiveWriter, Integer> inHistoryFrom = new LinkedHashMap<>();

  private TestDatabase database;
  private PlanRunner runner;
  private List<UUID> machines;

  @Test
  void nobodyLosesAWriteOrWaitsLongOnTheWayUpAndDown() throws Exception {
    database = OldInstallation.real();
    PlanOptions options = new PlanOptions(WORDS, Duration.ofSeconds(1), null);
    runner = new PlanRunner(database.dataSource(), options);
    machines =
        Arrays.stream(
                database
                    .value("SELECT string_agg(id::text, ' ' ORDER BY serial_number) FROM machines")
                    .split(" "))
            .map(UUID::fromString)
            .toList();
    try {
      LiveWriter millwright = up();
      down(millwright);
    } finally {
      for (LiveWriter writer : all) {
        writer.close();
      }
      database.close();
      System.out.println("seed " + seed);
      all.forEach(writer -> System.out.println(writer.summary()));
    }
  }

  private LiveWriter up() throws Exception {
    startOldPrograms();
    work();
    apply(NORMALISE);
    apply(COLUMNS);
    LiveWriter millwright = start("millwright", machines.subList(12, 18), LiveWriter::guarded);
    for (LiveWriter writer : List.of(old.get(0), old.get(1), millwright)) {
      inHistoryFrom.put(writer, writer.started().size());
    }
    work();
    apply(COPY);
    apply(CUTOVER);
    stopOldPrograms();
    for (LiveWriter writer : all.subList(0, 3)) {
      assertLast(writer, "machines", "id", "status", "current_process_id");
    }
    // Nobody writes the old way any more; soon that has been so for a second.
    Thread.sleep(1_200);
    apply(CLEANUP);
    return millwright;
  }

  private void down(LiveWriter millwright) throws Exception {
    rollback(CUTOVER);
    startOldPrograms();
    inHistoryFrom.put(old.get(0), 0);
    inHistoryFrom.put(old.get(1), 0);
    work();
    rollback(COPY);
    rollback(COLUMNS);
    millwright.stop();
    assertInHistory();
    rollback(NORMALISE);
    rollback(null);
    stopOldPrograms();
    List<LiveWriter> now = all.subList(all.size() - 3, all.size());
    for (LiveWriter writer : List.of(now.get(0), now.get(1), millwright)) {
      assertLast(writer, "machines", "id", "status", "current_process_id");
    }
    for (LiveWriter writer : List.of(now.get(0), now.get(2), millwright)) {
      assertLast(writer, "machine_state", "machine_id", "current_state", "process_id");
    }
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
    old.add(
        start(
            "both tables",
            machines.subList(0, 6),
            (program, machine, status, process) -> {
              program.writeTwice(machine, status, process);
              return true;
            }));
    old.add(
        start(
            "machines only",
            machines.subList(6, 9),
            (program, machine, status, process) -> {
              program.writeMachine(machine, status, process);
              return true;
            }));
    old.add(
        start(
            "machine_state only",
            machines.subList(9, 12),
            (program, machine, status, process) -> {
              program.upsertState(machine, status, process);
              return true;
            }));
  }

  private LiveWriter start(String name, List<UUID> its, LiveWriter.Fact fact) {
    LiveWriter writer = new LiveWriter(database.dataSource(), name, its, fact, seed + all.size());
    all.add(writer);
    return writer;
  }

  private void stopOldPrograms() throws Exception {
    for (LiveWriter writer : old) {
      writer.stop();
    }
    old.clear();
  }

  /** Lets everybody who is at work write for a while. */
  private void work() throws Exception {
    List<LiveWriter> working = all.stream().filter(LiveWriter::isRunning).toList();
    Map<LiveWriter, Long> begin = new LinkedHashMap<>();
    working.forEach(writer -> begin.put(writer, writer.written()));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (LiveWriter writer : working) {
      while (writer.written() < begin.get(writer) + FACTS) {
        assertEquals(List.of(), writer.failures(), () -> writer.summary() + "; seed " + seed);
        assertTrue(System.nanoTime() < deadline, () -> writer.summary() + " writes no more");
        Thread.sleep(5);
      }
    }
  }

  private void assertInHistory() throws SQLException {
    for (Map.Entry<LiveWriter, Integer> entry : inHistoryFrom.entrySet()) {
      List<UUID> started = entry.getKey().started();
      String runs =
          started.subList(entry.getValue(), started.size()).stream()
              .map(UUID::toString)
              .collect(Collectors.joining("','"));
      assertEquals(
          "0",
          database.value(
              "SELECT count(*) FROM unnest(ARRAY['"
                  + runs
                  + "']::uuid[]) AS run"
                  + " WHERE run NOT IN (SELECT process_id FROM machine_transitions WHERE process_id IS NOT NULL)"),
          () -> entry.getKey().summary() + ": runs that are not in the history; seed " + seed);
    }
  }

  private void assertLast(LiveWriter writer, String table, String id, String status, String process)
      throws SQLException {
    for (Map.Entry<UUID, String> fact : writer.last().entrySet()) {
      assertEquals(
          fact.getValue(),
          database.value(
              String.format(
                  "SELECT concat_ws(' ', lower(%s), %s) FROM %s WHERE %s = '%s'",
                  status, process, table, id, fact.getKey())),
          () -> writer.summary() + " on " + fact.getKey() + " in " + table + "; seed " + seed);
    }
  }
}
