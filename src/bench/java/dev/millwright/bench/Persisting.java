package dev.millwright.bench;

import static java.util.stream.Collectors.joining;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast, and at what cost for the database, changes of state become rows. */
final class Persisting implements Section {

  private static final String OURS = "ours";
  private static final String TWO = "two UPDATEs";
  private static final String FUNCTION = "old function";
  private static final String BARE = "bare UPDATE";
  private static final String PGBENCH = "pgbench";

  private static final String RATE = "transitions/s";
  private static final String WAL = "WAL bytes";

  /** Of the most machines, each of which takes long. */
  private static final int LARGE_ROUNDS = 3;

  @Override
  public String name() {
    return "persisting";
  }

  @Override
  public String title() {
    return "Persisting a transition";
  }

  @Override
  public String prose(Run run) {
    String pgbench = hasPgbench(run) ? "takes part too" : "is not installed here";
    return """
    Ours is what a user has: the machine is observed, the change is decided, on the disk in the journal
    before anything else is done, written by the delivery, with the history that the trigger keeps, and
    told in the log's file. The clock stops when every row is committed and confirmed. Up to 100
    machines have a link each; more are on 100 links. Transitions a round: %s. Rounds to warm up do
    not count: a daemon runs for months. The rivals have one connection in auto-commit: they know the change already,
    keep no journal and write no history, the old ways have the old tables. What any of them has
    acknowledged is durable. All use the same server. Before each turn there is a checkpoint; the WAL
    bytes are all that the server wrote in it. Commits and rows are the server's own count over all
    rounds. Statements are those that clients send, BEGIN and COMMIT too, as the server logs them in
    one more turn that is not timed. pgbench, with the bare UPDATE, %s.
    """
        .formatted(scales(run).stream().map(Persisting::text).collect(joining(", ")), pgbench);
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    for (Scale scale : scales(run)) {
      figures.addAll(measure(run, scale));
    }
  }

  /**
   * So many machines, which make so many transitions a round, each the same number.
   *
   * @param warmUps rounds that do not count, as a daemon has its code compiled soon and runs for
   *     months
   */
  private record Scale(int machines, int transitions, int warmUps, int rounds) {}

  private static List<Scale> scales(Run run) {
    return run.quick()
        ? List.of(
            new Scale(1, 100, 1, run.rounds()),
            new Scale(100, 300, 1, run.rounds()),
            new Scale(500, 500, 1, run.rounds()))
        : List.of(
            new Scale(1, 5_000, 1, run.rounds()),
            new Scale(100, 12_000, 3, 2 * run.rounds()),
            // Fewer transitions would make more of the whole pages that follow a checkpoint.
            new Scale(10_000, 50_000, 2, LARGE_ROUNDS));
  }

  private static String text(Scale scale) {
    return String.format(
        Locale.ROOT,
        "%,d of %s (%d rounds, after %d to warm up)",
        scale.transitions(),
        machines(scale.machines()),
        scale.rounds(),
        scale.warmUps());
  }

  private static String machines(int machines) {
    return machines == 1 ? "1 machine" : String.format(Locale.ROOT, "%,d machines", machines);
  }

  /** One of those that are compared, with a database of its own. */
  private record Entrant(TestDatabase database, Rival rival) {}

  private static List<Figure> measure(Run run, Scale scale) throws Exception {
    int machines = scale.machines();
    int transitions = scale.transitions();
    run.say(" %d machines, %d transitions a round", machines, transitions);
    Map<String, Entrant> entrants = new LinkedHashMap<>();
    Map<String, Usage> usages = new LinkedHashMap<>();
    Map<String, Double> statements = new LinkedHashMap<>();
    Rounds rounds;
    try {
      enter(run, machines, entrants);
      Map<String, Contender> contenders = new LinkedHashMap<>();
      entrants.forEach((label, entrant) -> contenders.put(label, turn(entrant, transitions)));
      Map<String, Usage> before = new LinkedHashMap<>();
      Usage.awaitTold();
      for (Map.Entry<String, Entrant> entrant : entrants.entrySet()) {
        before.put(entrant.getKey(), Usage.of(entrant.getValue().database()));
      }
      rounds = Rounds.of(run, scale.warmUps(), scale.rounds(), contenders);
      Usage.awaitTold();
      for (Map.Entry<String, Entrant> entrant : entrants.entrySet()) {
        Usage after = Usage.of(entrant.getValue().database());
        usages.put(
            entrant.getKey(),
            after.since(
                before.get(entrant.getKey()),
                (double) transitions * (scale.warmUps() + scale.rounds())));
      }
      for (Map.Entry<String, Entrant> entrant : entrants.entrySet()) {
        statements.put(entrant.getKey(), statements(run, entrant.getValue(), machines));
      }
    } finally {
      for (Entrant entrant : entrants.values()) {
        entrant.rival().close();
        entrant.database().close();
      }
    }
    return figures(machines, rounds, usages, statements);
  }

  private static Contender turn(Entrant entrant, int transitions) {
    return round -> {
      entrant.database().execute("CHECKPOINT");
      String from = entrant.database().value("SELECT pg_current_wal_insert_lsn()");
      long start = System.nanoTime();
      entrant.rival().persist(transitions);
      double seconds = (System.nanoTime() - start) / 1e9;
      String bytes =
          entrant
              .database()
              .value("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + from + "')");
      return Map.of(RATE, transitions / seconds, WAL, Double.parseDouble(bytes) / transitions);
    };
  }

  /** For each transition. */
  private static double statements(Run run, Entrant entrant, int machines) throws Exception {
    int transitions = Math.max(machines, run.size(100, 2_000));
    try (StatementLog log = new StatementLog(run.server(), entrant.database())) {
      entrant.rival().persist(transitions);
      return (double) log.count() / transitions;
    }
  }

  private static boolean hasPgbench(Run run) {
    return Files.isExecutable(pgbench(run));
  }

  private static Path pgbench(Run run) {
    return run.server().postgres().program("pgbench");
  }

  private static void enter(Run run, int machines, Map<String, Entrant> entrants) throws Exception {
    TestDatabase ours = OldTables.ours(machines);
    entrants.put(
        OURS, new Entrant(ours, new OursRival(ours, run.folder("journal-" + machines), machines)));
    TestDatabase two = OldTables.old(machines);
    entrants.put(TWO, new Entrant(two, JdbcRival.twoUpdates(two.dataSource(), machines)));
    TestDatabase function = OldTables.old(machines);
    entrants.put(
        FUNCTION, new Entrant(function, JdbcRival.function(function.dataSource(), machines)));
    TestDatabase bare = OldTables.bare(machines);
    entrants.put(BARE, new Entrant(bare, JdbcRival.bareUpdate(bare.dataSource(), machines)));
    if (hasPgbench(run)) {
      TestDatabase own = OldTables.bare(machines);
      entrants.put(
          PGBENCH,
          new Entrant(
              own,
              new PgbenchRival(
                  pgbench(run),
                  own.urlWithPassword(),
                  run.folder("pgbench-" + machines),
                  machines)));
    }
  }

  private static List<Figure> figures(
      int machines, Rounds rounds, Map<String, Usage> usages, Map<String, Double> statements) {
    String of = machines(machines);
    boolean many = machines > 1;
    List<Figure> figures = new ArrayList<>();
    for (String rival : List.of(TWO, FUNCTION, BARE, PGBENCH)) {
      if (rounds.has(rival)) {
        Limit[] limits =
            rival.equals(TWO)
                ? new Limit[] {Limit.ratioAtLeast(many ? 6 : 1.5)}
                : many && rival.equals(BARE) ? new Limit[] {Limit.ratioAtLeast(3)} : new Limit[0];
        figures.add(
            Figure.of("rate, " + of, RATE, rounds.of(OURS, RATE), rounds.of(rival, RATE), limits));
      }
    }
    String wal = "WAL per transition, " + of;
    figures.add(
        Figure.of(wal, "bytes", rounds.of(OURS, WAL), rounds.of(TWO, WAL), Limit.ratioAtMost(1)));
    figures.add(Figure.of(wal, "bytes", rounds.of(OURS, WAL), rounds.of(BARE, WAL)));
    figures.add(
        Figure.of(
            "statements per transition, " + of,
            "1",
            once(OURS, statements.get(OURS)),
            once(TWO, statements.get(TWO))));
    Usage ours = usages.get(OURS);
    Usage two = usages.get(TWO);
    figures.add(
        Figure.of(
            "commits per transition, " + of,
            "1",
            once(OURS, ours.commits()),
            once(TWO, two.commits())));
    figures.add(
        Figure.of(
            "rows updated per transition, " + of,
            "1",
            once(OURS, ours.updates()),
            once(TWO, two.updates())));
    figures.add(
        Figure.of(
            "updates that are HOT, " + of,
            "%",
            once(OURS, 100 * ours.hot() / ours.updates()),
            once(TWO, 100 * two.hot() / two.updates())));
    return figures;
  }

  private static Series once(String label, double value) {
    return new Series(label, List.of(value));
  }
}
