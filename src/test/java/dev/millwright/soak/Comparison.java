package dev.millwright.soak;

import dev.millwright.audit.Audit;
import dev.millwright.audit.Conduct;
import dev.millwright.audit.Disturbance;
import dev.millwright.audit.Recorded;
import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.Child;
import dev.millwright.testing.TruthSteps;
import dev.millwright.testing.TruthSteps.Step;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * What a plant in one process did, held against what a daemon in another has written.
 *
 * @param truth the file in which the plant's machines say what they do
 * @param database what the daemon writes to
 * @param conduct by machine: what its link promises, and what was done to it
 * @param late machines that never stand still, so that they are compared only after the end
 * @param audits of each machine, from the last comparison
 */
record Comparison(
    Path truth,
    DataSource database,
    Function<String, Conduct> conduct,
    Set<String> late,
    Map<String, Audit> audits) {

  Comparison(Path truth, DataSource database, Function<String, Conduct> conduct, Set<String> late) {
    this(truth, database, conduct, late, new TreeMap<>());
  }

  /**
   * For machines to which nothing is done.
   *
   * @param staleAfter as all machines have it
   * @param tolerance by machine: how long after the fact a transition may be dated
   */
  Comparison(
      Path truth,
      DataSource database,
      Duration staleAfter,
      Function<String, Duration> tolerance,
      Set<String> late) {
    this(
        truth,
        database,
        machine -> {
          Duration after = tolerance.apply(machine);
          return new Conduct(after, after, staleAfter, List.of(), List.of(), List.of());
        },
        late);
  }

  private static final int FEW = 20;

  private static final String HOT =
      """
      SELECT n_tup_hot_upd || ' of ' || n_tup_upd || ' updates of machines'
        FROM pg_stat_user_tables WHERE relid = 'machines'::regclass
      """;

  /** Something that comes true some time. */
  interface Condition {
    boolean holds() throws Exception;
  }

  void await(Child run, String what, Duration atMost, Condition condition) throws Exception {
    Instant limit = Instant.now().plus(atMost);
    while (!condition.holds()) {
      if (Instant.now().isAfter(limit) || !run.isAlive()) {
        throw new AssertionError(
            String.format(
                "within %d s it never came that %s: %s%n%s",
                atMost.toSeconds(),
                what,
                audits.values().stream().flatMap(a -> a.problems().stream()).limit(FEW).toList(),
                run.tail()));
      }
      Thread.sleep(250);
    }
  }

  /**
   * Audits all machines, the late ones only when the daemon was stopped.
   *
   * @param stopped when the daemon was stopped; null while it runs
   */
  List<String> problems(Instant stopped) throws Exception {
    Map<String, List<Step>> did = TruthSteps.read(truth);
    Map<String, Recorded> recorded = Recorded.read(database);
    List<String> problems = new ArrayList<>();
    if (!recorded.keySet().containsAll(did.keySet())) {
      problems.add("truth is of " + did.keySet() + ", rows are of " + recorded.keySet());
    }
    recorded.forEach(
        (machine, told) -> {
          if (!did.containsKey(machine) && !isOfContact(told)) {
            problems.add(machine + " is to be stepped, and nobody did: " + told.transitions());
          }
        });
    audits.clear();
    did.forEach(
        (machine, steps) -> {
          if (stopped != null || !late.contains(machine)) {
            Audit audit =
                new Audit(steps, recorded.get(machine), until(stopped, conduct.apply(machine)));
            audits.put(machine, audit);
            audit.problems().forEach(problem -> problems.add(machine + ": " + problem));
          }
        });
    return problems;
  }

  /** A machine that is stepped does nothing by itself, and so writes no truth. */
  private static boolean isOfContact(Recorded told) {
    return told.transitions().stream().allMatch(each -> each.event().startsWith("link_"));
  }

  /** Nobody watches the machine when the daemon is stopped. */
  private static Conduct until(Instant stopped, Conduct conduct) {
    if (stopped == null) {
      return conduct;
    }
    List<Disturbance> disturbances = new ArrayList<>(conduct.disturbances());
    disturbances.add(Disturbance.of(Disturbance.Kind.AWAY, "stopped", stopped, null));
    return new Conduct(
        conduct.dated(),
        conduct.noticed(),
        conduct.staleAfter(),
        disturbances,
        conduct.settled(),
        conduct.writes());
  }

  /** Prints it, with a line for each machine where there are few. */
  void report(long seconds) throws Exception {
    Map<String, List<Step>> did = TruthSteps.read(truth);
    Map<String, Recorded> recorded = Recorded.read(database);
    List<Duration> delays = new ArrayList<>();
    int events = 0;
    int rows = 0;
    long runs = 0;
    long contact = 0;
    for (Map.Entry<String, Audit> machine : audits.entrySet()) {
      int itsEvents = TruthSteps.events(did.get(machine.getKey()), Instant.MIN);
      List<Transition> history = recorded.get(machine.getKey()).transitions();
      long forContact = history.stream().filter(row -> row.event().startsWith("link_")).count();
      if (audits.size() <= FEW) {
        System.out.printf(
            "%-9s truth: %4d transitions; history: %4d rows, %d of them for contact; runs: %d %s%n",
            machine.getKey(),
            itsEvents,
            history.size(),
            forContact,
            machine.getValue().runs(),
            recorded.get(machine.getKey()).outcomes());
      }
      events += itsEvents;
      rows += history.size();
      contact += forContact;
      runs += machine.getValue().runs();
      delays.addAll(machine.getValue().delays());
    }
    System.out.printf(
        "in %d s: truth %d transitions, %d runs; history %d rows, %d for contact; compared %d%n",
        seconds, events, runs, rows, contact, delays.size());
    Collections.sort(delays);
    System.out.printf(
        "from the fact to the row: median %d ms, 99 %% within %d ms, longest %d ms%n",
        delays.get(delays.size() / 2).toMillis(),
        delays.get(delays.size() * 99 / 100).toMillis(),
        delays.get(delays.size() - 1).toMillis());
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(HOT)) {
      row.next();
      System.out.println("HOT: " + row.getString(1));
    }
  }
}
