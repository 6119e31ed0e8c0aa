package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Series;
import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How large tables and indexes become by very many transitions. */
final class TableGrowth implements Section {

  private static final int MACHINES = 100;
  private static final int STEPS = 10;

  private static final String OURS = "Millwright";
  private static final String OLD = "old tables";
  private static final String LIVE = "('machines', 'machine_state')";
  private static final double BYTES_IN_KIB = 1_024;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String title() {
    return "Growth of tables and indexes";
  }

  @Override
  public String prose(Run run) {
    return String.format(
        Locale.ROOT,
        """
        %,d transitions of %d machines, as fast as they are written, ours with its history, beside the
        same number by the two UPDATEs of the old system; in %d steps, in turn, after each of which
        sizes are asked for. Live tables are those with a row for each machine: our one, the old two;
        their size is that of the table with its maps and what is stored apart (TOAST). Autovacuum
        works with its default settings, and comes as often as the last figure says: the faster the
        rows are written, the seldomer. Commits of both do not wait for the disk here, as only sizes
        count.%s
        """,
        transitions(run),
        MACHINES,
        STEPS,
        run.quick() ? " In full size it is a million transitions." : "");
  }

  private static int transitions(Run run) {
    return run.size(50_000, 1_000_000);
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    int step = transitions(run) / STEPS;
    Map<String, List<Sizes>> sizes = new LinkedHashMap<>();
    try (TestDatabase ours = unhurried(OldTables.ours(MACHINES));
        TestDatabase old = unhurried(OldTables.old(MACHINES));
        Rival oursRival = new OursRival(ours, run.folder("journal"), MACHINES);
        Rival oldRival = JdbcRival.twoUpdates(old.dataSource(), MACHINES)) {
      for (int done = step; done <= transitions(run); done += step) {
        oldRival.persist(step);
        oursRival.persist(step);
        note(sizes, OURS, Sizes.of(ours));
        note(sizes, OLD, Sizes.of(old));
        run.say("  %d: %s", done, sizes.get(OURS).get(sizes.get(OURS).size() - 1));
        figures.add(live("live tables, by transitions", Sizes::table, sizes).at(done));
        figures.add(live("indexes of live tables, by transitions", Sizes::indexes, sizes).at(done));
      }
      figures.addAll(history(ours, transitions(run)));
      Usage.awaitTold();
      Usage oursUsage = Usage.of(ours);
      Usage oldUsage = Usage.of(old);
      figures.add(
          Figure.of(
              "updates that are HOT",
              "%",
              once(OURS, 100 * oursUsage.hot() / oursUsage.updates()),
              once(OLD, 100 * oldUsage.hot() / oldUsage.updates())));
      figures.add(
          Figure.of(
              "visits of autovacuum to live tables",
              "",
              once(OURS, number(ours, visits())),
              once(OLD, number(old, visits()))));
    }
  }

  /** Its sessions from now on do not wait for the disk. */
  private static TestDatabase unhurried(TestDatabase database) throws SQLException {
    String name = database.value("SELECT current_database()");
    database.execute("ALTER DATABASE " + name + " SET synchronous_commit = off");
    return database;
  }

  private static void note(Map<String, List<Sizes>> sizes, String of, Sizes now) {
    sizes.computeIfAbsent(of, unused -> new ArrayList<>()).add(now);
  }

  private interface What {
    double of(Sizes sizes);
  }

  private static Figure live(String name, What what, Map<String, List<Sizes>> sizes) {
    return Figure.of(name, "KiB", last(OURS, what, sizes), last(OLD, what, sizes));
  }

  private static Series last(String label, What what, Map<String, List<Sizes>> sizes) {
    List<Sizes> all = sizes.get(label);
    return once(label, what.of(all.get(all.size() - 1)));
  }

  /** Which grows by what it is for; only by how much is to be known. */
  private static List<Figure> history(TestDatabase ours, int transitions) throws SQLException {
    double rows = number(ours, "SELECT count(*) FROM machine_transitions");
    if (rows < transitions) {
      throw new IllegalStateException("of " + transitions + " transitions " + rows + " are there");
    }
    List<Figure> figures = new ArrayList<>();
    for (String what : List.of("table", "indexes")) {
      double bytes = number(ours, "SELECT pg_" + what + "_size('machine_transitions'::regclass)");
      figures.add(
          Figure.alone(
              "history, " + what + ": for each transition", "bytes", once(OURS, bytes / rows)));
    }
    return figures;
  }

  private static String visits() {
    return "SELECT sum(autovacuum_count) FROM pg_stat_user_tables WHERE relname IN " + LIVE;
  }

  private static double number(TestDatabase database, String sql) throws SQLException {
    return Double.parseDouble(database.value(sql));
  }

  private static Series once(String label, double value) {
    return new Series(label, List.of(value));
  }

  /**
   * Of live tables together, in KiB.
   *
   * @param table with maps and what is stored apart
   * @param indexes of all of them
   */
  private record Sizes(double table, double indexes) {

    static Sizes of(TestDatabase database) throws SQLException {
      return new Sizes(sum(database, "pg_table_size"), sum(database, "pg_indexes_size"));
    }

    private static double sum(TestDatabase database, String function) throws SQLException {
      String sql = "SELECT sum(%s(oid)) FROM pg_class WHERE relkind = 'r' AND relname IN %s";
      return number(database, sql.formatted(function, LIVE)) / BYTES_IN_KIB;
    }
  }
}
