package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** How fast what has waited is written, once the database is back. */
final class Draining implements Section {

  private static final String RATE = "transitions/s";
  private static final String HEAP = "heap";
  private static final String LIVE = "live, one by one";
  private static final String BACKLOG = "backlog of ";

  private static final int MACHINES = 100;

  /** Of the largest backlog, each of which takes minutes. */
  private static final int LARGE_ROUNDS = 1;

  @Override
  public String name() {
    return "draining";
  }

  @Override
  public String title() {
    return "Draining a backlog";
  }

  @Override
  public String prose(Run run) {
    return """
    A journal in which transitions of 100 machines wait, as after a long absence of the database, and the
    daemon's own delivery. The clock runs from the start until the last row is confirmed. Afterwards the
    history is compared: each machine's transitions are all there, in order, written in order; else
    there is no figure. The live rate is that of one machine each of whose transitions begins when the
    row of the one before is confirmed, journal and all. Heap is what is in use after a collection when
    half of the backlog is written.%s
    """
        .formatted(
            run.quick() ? " In full size, 100,000 and 1,000,000 wait; here it is far fewer." : "");
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    figures.addAll(measure(run, run.size(1_000, 100_000), 1, run.rounds()));
    figures.addAll(measure(run, run.size(5_000, 1_000_000), 0, LARGE_ROUNDS));
  }

  private static List<Figure> measure(Run run, int waiting, int warmUps, int rounds)
      throws Exception {
    String backlog = BACKLOG + String.format(Locale.ROOT, "%,d", waiting);
    Path folder = run.folder("journal-" + waiting);
    TestDatabase database = OldTables.ours(1);
    DrivenLink link = new DrivenLink("live", List.of("M-1"));
    Rounds said;
    try (database;
        Plant live = new Plant(database, folder.resolve("live.db"), List.of(link))) {
      live.awaitFound(1);
      Map<String, Contender> contenders = new LinkedHashMap<>();
      contenders.put(backlog, round -> drain(folder.resolve("backlog-" + round + ".db"), waiting));
      contenders.put(LIVE, round -> live(live, run.size(100, 2_000)));
      said = Rounds.of(run, warmUps, rounds, contenders);
    }
    return List.of(
        Figure.of(
            "rate, " + backlog,
            RATE,
            said.of(backlog, RATE),
            said.of(LIVE, RATE),
            Limit.ratioAtLeast(5)),
        Figure.alone("heap in use, by transitions waiting", "MiB", said.of(backlog, HEAP))
            .at(waiting));
  }

  private static Map<String, Double> live(Plant live, int transitions) throws InterruptedException {
    long start = System.nanoTime();
    for (int i = 0; i < transitions; i++) {
      live.persist(1);
    }
    return Map.of(RATE, transitions / seconds(start));
  }

  private static Map<String, Double> drain(Path journal, int waiting) throws Exception {
    Backlog.fill(journal, MACHINES, waiting / MACHINES);
    DrivenLink silent =
        DrivenLink.silent(
            "silent", IntStream.rangeClosed(1, MACHINES).mapToObj(n -> "M-" + n).toList());
    try (TestDatabase database = OldTables.ours(MACHINES)) {
      database.execute("CHECKPOINT");
      long start = System.nanoTime();
      double heap;
      double seconds;
      try (Plant plant = new Plant(database, journal, List.of(silent))) {
        plant.awaitDelivered(waiting / 2);
        heap = heap();
        plant.awaitDelivered(waiting - waiting / 2);
        seconds = seconds(start);
      }
      requireOrder(database, waiting);
      return Map.of(RATE, waiting / seconds, HEAP, heap);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** In mebibytes. */
  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0 / 1024.0;
  }

  private static void requireOrder(TestDatabase database, int waiting) throws Exception {
    String wrong =
        database.value(
            "SELECT count(*) FROM (SELECT state_seq, row_number() OVER each AS n, recorded_at,"
                + " lag(recorded_at) OVER each AS before FROM machine_transitions WINDOW each AS"
                + " (PARTITION BY machine_id ORDER BY state_seq)) AS t"
                + " WHERE state_seq <> n OR recorded_at < before");
    String there =
        database.value(
            "SELECT count(*) FROM machine_transitions WHERE event IN ('start', 'complete')");
    if (!wrong.equals("0") || !there.equals(Integer.toString(waiting))) {
      throw new IllegalStateException(
          "of " + waiting + " transitions " + there + " are there, " + wrong + " out of order");
    }
  }
}
