package dev.millwright.chaos;

import dev.millwright.chaos.CoilMachine.Write;
import dev.millwright.chaos.CommandTable.Given;
import dev.millwright.testing.TruthSteps.Step;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges what became of the commands in a world (I6), and what was written to the machine that is
 * stepped (I7), by what the machines themselves say. Nothing that befell the world is an excuse.
 */
final class CommandJudge {

  /** From the last fault's end on, and the time to live of commands. */
  private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(2);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** Between what a machine does and what is dated by it, on one host. */
  private static final Duration CLOCKS = Duration.ofSeconds(1);

  private static final String RESTARTED = "the daemon was restarted while this was under way";

  private final World world;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();

  CommandJudge(World world) {
    this.world = world;
  }

  /** How many commands came to what, and the runs of the driven machine. */
  Map<String, Long> counts() {
    return counts;
  }

  /** What is wrong once all has had its time, in words; empty when nothing is. */
  List<String> problems() throws Exception {
    problems.clear();
    Instant limit = Instant.now().plus(CATCH_UP_LIMIT);
    String unfinished = unfinished();
    while (unfinished != null && Instant.now().isBefore(limit) && world.daemon().isAlive()) {
      Thread.sleep(LOOK_EVERY.toMillis());
      unfinished = unfinished();
    }
    if (unfinished != null) {
      problems.add("not finished: " + unfinished);
    }
    List<Given> all = world.commands().all();
    counts.clear();
    for (Given given : all) {
      judge(given);
      counts.merge(given.type() + " " + given.state().status(), 1L, Long::sum);
    }
    judgeWrites();
    judgeConserved();
    if (!problems.isEmpty()) {
      all.forEach(given -> problems.add("    " + given));
      world.cell().writes().forEach(write -> problems.add("    " + write));
      problems.addAll(history());
    }
    return problems;
  }

  /** What is still to come, and what leads to it; null when nothing is. */
  private String unfinished() throws SQLException {
    List<Given> open =
        world.commands().all().stream().filter(given -> !given.state().ended()).toList();
    if (!open.isEmpty()) {
      return "" + open;
    }
    List<String> status =
        world
            .commands()
            .column("SELECT status FROM machines WHERE serial_number = ?", RecipeCell.MACHINE);
    if (status.equals(List.of("idle"))) {
      return null;
    } else if (status.equals(List.of("error"))) {
      world.commands().give(RecipeCell.MACHINE, "reset_machine", null);
    }
    return RecipeCell.MACHINE + " is " + status;
  }

  private void judge(Given given) throws Exception {
    List<String> changes = given.changes();
    long ends = changes.stream().filter(status -> !status.equals("processing")).count();
    if (given.state().ended() && (ends != 1 || changes.indexOf("processing") > 0)) {
      problems.add("has not ended once: " + given);
    }
    if (RecipeCell.MACHINE.equals(given.machine())) {
      judgeOfCell(given);
    } else if (World.COMMANDED.equals(given.machine())
        && given.state().status().equals("completed")) {
      judgeOfPress(given);
    }
  }

  private void judgeOfCell(Given given) throws SQLException {
    List<String> runs = world.commands().runs(given.id());
    boolean completed = given.state().status().equals("completed");
    boolean start = given.type().equals("start_recipe");
    boolean failed = given.state().status().equals("error");
    if (runs.size() > 1) {
      problems.add("has led to several runs, " + runs + ": " + given);
    } else if (start && completed && !runs.equals(List.of("completed"))) {
      problems.add("is completed, its run is " + runs + ": " + given);
    } else if (start
        && failed
        && runs.contains("completed")
        && !given.state().message().startsWith(RESTARTED)) {
      problems.add("has failed, its run is completed (LEGACY 13): " + given);
    }
    if (start ? given.state().ended() && !runs.isEmpty() : completed) {
      judgeNoStepAfter(given);
    }
  }

  private void judgeNoStepAfter(Given given) {
    List<Write> writes = world.cell().writes();
    strayStep(writes, since(writes, given.type(), given.claimed()), given.changed())
        .ifPresent(write -> problems.add("a step wrote " + write + " after the end of " + given));
  }

  /**
   * What was switched on after a run's row was told of its end, and is of that run. Another run may
   * have begun before the row was told, as the database was away; so what comes after an end and a
   * beginning is that one's. Beginnings alone do not tell: a run can be stopped before it wrote.
   *
   * @param writes to the machine, in order
   * @param since an end after that is the run's
   * @param told when the row was told
   */
  static Optional<Write> strayStep(List<Write> writes, Instant since, Instant told) {
    boolean ended = false;
    boolean another = false;
    for (Write write : writes) {
      boolean begins = isBeginning(write.what());
      another |= ended && begins;
      if (write.at().isAfter(told) && isOn(write)) {
        return begins || another ? Optional.empty() : Optional.of(write);
      }
      ended |= write.at().isAfter(since) && RecipeCell.ENDS.contains(write.what());
    }
    return Optional.empty();
  }

  /**
   * From when on an end is that of the run that a command is about: from its claim on, as what
   * began or stopped the run; but a reset finds it begun, and over as a rule.
   */
  static Instant since(List<Write> writes, String type, Instant claimed) {
    if (!type.equals("reset_machine")) {
      return claimed;
    }
    return writes.stream()
        .filter(write -> isBeginning(write.what()))
        .map(Write::at)
        .filter(at -> !at.isAfter(claimed))
        .reduce(Instant.MIN, (before, last) -> last);
  }

  /** The machine has done it, between the claim and the end. */
  private void judgeOfPress(Given given) throws Exception {
    String state =
        switch (given.type()) {
          case "start_recipe" -> "processing";
          case "stop_recipe" -> "stopped";
          default -> "idle";
        };
    List<Step> truth = world.truth().get(World.COMMANDED);
    boolean done =
        truth.stream()
            .anyMatch(
                step ->
                    step.state().equals(state)
                        && step.at().isAfter(given.claimed().minus(CLOCKS))
                        && step.at().isBefore(given.changed().plus(CLOCKS)));
    if (!done) {
      problems.add("is completed, the machine has not done it: " + given);
      truth.forEach(step -> problems.add("    truth " + step));
    }
  }

  /** Every run begins with the same write, which comes nowhere else. */
  private static boolean isBeginning(String write) {
    return write.equals(RecipeCell.STEPS.get(0));
  }

  private static boolean isOn(Write write) {
    return write.what().endsWith("=true");
  }

  /** Each run is a beginning of the recipe; if it is not all of it, the safe state follows. */
  private void judgeWrites() {
    List<String> writes = world.cell().since(0);
    int from = 0;
    long runs = 0;
    long whole = 0;
    while (from < writes.size()) {
      int to = from + 1;
      while (to < writes.size() && !isBeginning(writes.get(to))) {
        to++;
      }
      List<String> run = writes.subList(from, to);
      if (isBeginning(run.get(0))) {
        runs++;
        whole += judgeRun(run) ? 1 : 0;
      } else if (run.stream().anyMatch(write -> write.endsWith("=true"))) {
        problems.add("a step wrote without a beginning: " + run);
      }
      from = to;
    }
    counts.put("runs begun on the machine", runs);
    counts.put("runs whole on the machine", whole);
  }

  /** Whether it was whole. */
  private boolean judgeRun(List<String> run) {
    int done = 0;
    while (done < run.size()
        && done < RecipeCell.STEPS.size()
        && run.get(done).equals(RecipeCell.STEPS.get(done))) {
      done++;
    }
    List<String> after = run.subList(done, run.size());
    if (after.stream().anyMatch(write -> write.endsWith("=true"))) {
      problems.add("a step wrote out of its order: " + run);
    }
    if (done == RecipeCell.STEPS.size()) {
      return true;
    }
    int last = done - 1;
    while (!run.get(last).endsWith("=true")) {
      last--;
    }
    if (!run.subList(last, run.size()).containsAll(RecipeCell.SAFE)) {
      problems.add("a run did not complete, and the safe state was not written: " + run);
    }
    return false;
  }

  /** All runs that were begun are in the history, and no more are completed than were. */
  private void judgeConserved() throws SQLException {
    List<String> row =
        world
            .commands()
            .row(
                """
                SELECT (SELECT count(*) FROM process_runs WHERE serial_number = name)
                         + coalesce(sum((detail ->> 'missed_runs')::int), 0),
                       coalesce(max((detail ->> 'cycle')::int), 0),
                       (SELECT count(*) FROM process_runs
                         WHERE serial_number = name AND outcome = 'completed'),
                       count(*) = max(history.state_seq) - min(history.state_seq) + 1
                  FROM (SELECT ?::text) AS the (name)
                  JOIN machines ON serial_number = name
                  JOIN machine_transitions AS history ON machine_id = machines.id
                 GROUP BY name
                """,
                RecipeCell.MACHINE);
    if (!row.get(0).equals(row.get(1))) {
      problems.add(row.get(1) + " runs were begun, the history has " + row.get(0));
    }
    if (Long.parseLong(row.get(2)) > counts.get("runs whole on the machine")) {
      problems.add(row.get(2) + " runs are said to be completed, of " + counts);
    }
    if (!row.get(3).equals("t")) {
      problems.add("the history of " + RecipeCell.MACHINE + " has a gap");
    }
  }

  private List<String> history() throws SQLException {
    return world
        .commands()
        .column(
            "SELECT '    ' || concat_ws('  ', history.state_seq, event, from_status, to_status,"
                + " process_id, occurred_at, recorded_at, detail) FROM machine_transitions AS history"
                + " JOIN machines ON machines.id = machine_id WHERE serial_number = ?"
                + " ORDER BY history.state_seq",
            RecipeCell.MACHINE);
  }
}
