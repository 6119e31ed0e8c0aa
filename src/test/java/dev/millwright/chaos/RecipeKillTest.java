package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.audit.Ledger;
import dev.millwright.chaos.CommandTable.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * I6, I7 and LEGACY 12: the whole daemon is killed at random moments of a recipe. Afterwards the
 * safe state is written before anything else, the run and its command have one end, nothing goes
 * on, and the machine is in error until a person resets it.
 *
 * <p>{@code -Dkills=N} is how often (20), {@code -Dkills.seed=N} repeats what was drawn. A seed
 * repeats after which write the daemon is killed, and how much later, not what it does just then.
 */
@Tag("chaos")
class RecipeKillTest {

  private static final Path FOLDER = Path.of("target", "chaos").toAbsolutePath();
  private static final int KILLS = Integer.getInteger("kills", 20);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** By then the slave has seen what a killed daemon has sent. */
  private static final Duration QUIET = Duration.ofMillis(150);

  /** So often the machine is read after a start before it is judged. */
  private static final int POLLS = 5;

  /** Where the command was when the daemon was killed. */
  private enum Phase {
    PENDING,
    CLAIMED,
    STEP,
    PULSE_ON,
    ALL_WRITTEN,
    ENDED
  }

  private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
  private int resumedOnce;
  private int twice;
  private CoilMachine machine;
  private CommandTable commands;
  private DaemonProcess daemon;

  @Test
  void legacy12ADaemonKilledInARecipeLeavesTheMachineSafeAndTheRunEnded() throws Exception {
    Long given = Long.getLong("kills.seed");
    long seed = given == null ? ThreadLocalRandom.current().nextInt(1_000_000_000) : given;
    SplittableRandom random = new SplittableRandom(seed);
    System.out.printf("recipe kills: %d from -Dkills.seed=%d%n", KILLS, seed);
    Path folder = FOLDER.resolve("kills-" + Instant.now().toEpochMilli());
    Files.createDirectories(folder);
    Instant began = Instant.now();
    try (Postgres postgres = Postgres.start(folder, FOLDER.resolve("programs"));
        CoilMachine coils = new CoilMachine(RecipeCell.COILS);
        DaemonProcess process = daemon(folder, postgres.port(), coils.port())) {
      machine = coils;
      daemon = process;
      commands = new CommandTable(postgres.dataSource());
      commands.watch();
      daemon.start();
      for (int i = 0; i < KILLS; i++) {
        kill(random, "kill " + i + " of seed " + seed + " in " + folder);
      }
      checkConserved();
    } finally {
      System.out.printf(
          "%d kills in %d s, at which the command was %s; %d times killed again at once;"
              + " %d commands that nobody had claimed were carried out afterwards%n",
          phases.values().stream().mapToInt(Integer::intValue).sum(),
          Duration.between(began, Instant.now()).toSeconds(),
          phases,
          twice,
          resumedOnce);
    }
  }

  private static DaemonProcess daemon(Path folder, int database, int port) throws Exception {
    RecipeCell.write(folder, port);
    Path config = folder.resolve("millwright.toml");
    Files.writeString(
        config,
        """
        [database]
        url = "jdbc:postgresql://127.0.0.1:%d/postgres"
        user = "postgres"
        sslmode = "disable"
        [journal]
        path = "%s"
        [control]
        socket = "%s"
        """
            .formatted(database, folder.resolve("journal.db"), folder.resolve("control")));
    return new DaemonProcess(folder, config, new Ledger(), Set.of(RecipeCell.MACHINE));
  }

  private void kill(SplittableRandom random, String where) throws Exception {
    await(where + ": idle", () -> row().equals("idle"));
    int all = RecipeCell.STEPS.size();
    // A third of them at the two ends, where more than writing is done.
    int after = random.nextInt(3) > 0 ? random.nextInt(1, all) : random.nextBoolean() ? 0 : all;
    int later = random.nextInt(after == 0 || after == all ? 80_000 : 50_000);
    boolean again = random.nextInt(4) == 0;
    int between = random.nextInt(400);

    int mark = machine.written();
    UUID start = commands.give(RecipeCell.MACHINE, "start_recipe", RecipeCell.RECIPE);
    await(where + ": " + after + " writes", () -> machine.written() - mark >= after);
    TimeUnit.MICROSECONDS.sleep(later);
    daemon.kill();
    Thread.sleep(QUIET.toMillis());
    List<String> before = machine.since(mark);
    State state = commands.state(start);
    Phase phase = phase(before, state);
    phases.merge(phase, 1, Integer::sum);
    String here = where + ", " + phase + " after " + before;
    assertEquals(RecipeCell.STEPS.subList(0, before.size()), before, here);

    int killed = machine.written();
    boolean running = phase == Phase.STEP || phase == Phase.PULSE_ON;
    daemon.start();
    if (again && running) {
      twice++;
      Thread.sleep(between);
      daemon.kill();
      Thread.sleep(QUIET.toMillis());
      daemon.start();
    }
    long polls = machine.polls();
    await(here + ": the command's end", () -> commands.state(start).ended());
    await(here + ": contact", () -> machine.polls() >= polls + POLLS);
    State end = commands.state(start);
    List<String> since = machine.since(killed);
    here = here + "; then " + since + ", command " + end;

    if (phase == Phase.PENDING) {
      resumedOnce++;
      assertEquals("completed", end.status(), here);
      assertEquals(RecipeCell.STEPS, since, here);
    } else if (since.isEmpty()) {
      // The run was not begun, or had ended.
      assertTrue(before.isEmpty() || before.size() == all, here);
      // What had ended may not have been told before the daemon was killed.
      await(here + ": its run", () -> !runs(start).contains("running"));
      assertEquals(before.isEmpty() ? List.of() : List.of("completed"), runs(start), here);
      assertEquals("idle", row(), here);
    } else {
      judgeInterrupted(start, before, killed, here);
    }
    checkCommand(start, here);
  }

  private Phase phase(List<String> before, State state) {
    if (before.isEmpty()) {
      return state.status().equals("pending") ? Phase.PENDING : Phase.CLAIMED;
    } else if (before.size() == RecipeCell.STEPS.size()) {
      return state.ended() ? Phase.ENDED : Phase.ALL_WRITTEN;
    }
    boolean on = before.get(before.size() - 1).matches("valve_.=true");
    return on ? Phase.PULSE_ON : Phase.STEP;
  }

  /** The safe state, an error, and nothing else until it is reset. */
  private void judgeInterrupted(UUID start, List<String> before, int killed, String here)
      throws Exception {
    await(here + ": error", () -> row().equals("error"));
    String words =
        commands
            .row(
                "SELECT failure_description FROM machines WHERE serial_number = ?",
                RecipeCell.MACHINE)
            .get(0);
    assertTrue(words.startsWith("the daemon ended in the middle of recipe R42"), here + words);
    assertTrue(words.endsWith("; the safe state was written"), here + words);
    assertEquals("error", commands.state(start).status(), here);
    await(here + ": its run", () -> !runs(start).contains("running"));
    assertEquals(
        before.isEmpty() && runs(start).isEmpty() ? List.of() : List.of("failed"),
        runs(start),
        here);
    assertEquals(runs(start).size(), commands.ends(start).size(), here);

    UUID early = commands.give(RecipeCell.MACHINE, "start_recipe", RecipeCell.RECIPE);
    await(here + ": refused", () -> commands.state(early).ended());
    State refused = commands.state(early);
    assertTrue(
        refused.status().equals("error") && refused.message().contains("reset first"),
        here + refused);
    UUID reset = commands.give(RecipeCell.MACHINE, "reset_machine", null);
    await(here + ": reset", () -> commands.state(reset).ended());
    assertEquals(new State("completed", null), commands.state(reset), here);
    assertEquals("idle", row(), here);
    assertTrue(isSafeAlone(machine.since(killed)), here + machine.since(killed));
  }

  /** The safe state in whole at the end; before it, as far as a daemon came that was killed too. */
  private static boolean isSafeAlone(List<String> writes) {
    int size = RecipeCell.SAFE.size();
    int from = writes.size() - size;
    if (from < 0 || !writes.subList(from, writes.size()).equals(RecipeCell.SAFE)) {
      return false;
    }
    return from <= size && writes.subList(0, from).equals(RecipeCell.SAFE.subList(0, from));
  }

  private void checkCommand(UUID start, String here) throws Exception {
    List<String> changes = commands.changes(start);
    assertEquals(2, changes.size(), here + changes);
    assertEquals("processing", changes.get(0), here);
  }

  private List<String> runs(UUID command) throws Exception {
    return commands.runs(command);
  }

  private String row() throws Exception {
    List<String> rows =
        commands.column("SELECT status FROM machines WHERE serial_number = ?", RecipeCell.MACHINE);
    return rows.isEmpty() ? "none" : rows.get(0);
  }

  /** Each run that was begun is in the history, or said to be missed. */
  private void checkConserved() throws Exception {
    List<String> counts =
        commands.row(
            "SELECT (SELECT count(*) FROM process_runs) + (SELECT coalesce(sum((detail ->>"
                + " 'missed_runs')::int), 0) FROM machine_transitions),"
                + " (SELECT max((detail ->> 'cycle')::int) FROM machine_transitions)");
    assertEquals(counts.get(1), counts.get(0), "runs in the history, and runs begun");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0 || !daemon.isAlive()) {
        throw new AssertionError("not in time: " + what + "\n" + daemon.tail());
      }
      Thread.sleep(5);
    }
  }
}
