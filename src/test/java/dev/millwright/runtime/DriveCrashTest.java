package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Transition;
import dev.millwright.recipe.Recipe;
import dev.millwright.runtime.Command.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LEGACY 12 and I7: the daemon is killed between any two things that it does in a run, on the disk
 * or on the machine. Whatever the moment: afterwards the safe state comes first, the run has one
 * end, and nothing goes on.
 */
class DriveCrashTest {

  private static final String[] STEPS = {
    "[[steps]]",
    "set = { heater = true }",
    "[[steps]]",
    "pulse = { tag = \"valve_1\", for = \"10ms\" }",
    "[[steps]]",
    "set = { heater = false }"
  };

  @TempDir private Path folder;

  /** Some of the moments, from the first to the last; all of them are a soak. */
  @Test
  void legacy12KilledAtSomeMomentsOfARun() throws Exception {
    assertTrue(killAtEvery(9, null) > 2);
    assertTrue(killAtEvery(8, "valve_1=true") > 2);
  }

  @Test
  @Tag("soak")
  void legacy12KilledAtAnyMomentOfARunThatCompletes() throws Exception {
    assertTrue(killAtEvery(1, null) > 25);
  }

  @Test
  @Tag("soak")
  void legacy12KilledAtAnyMomentOfARunThatIsStopped() throws Exception {
    assertTrue(killAtEvery(1, "valve_1=true") > 20);
  }

  /**
   * @param stopAfter the write after which it is stopped; null for never
   * @return how often it was killed
   */
  private int killAtEvery(int step, String stopAfter) throws Exception {
    Recipe recipe = Rig.recipe(folder, "R42", STEPS);
    int kills = 0;
    while (killAt(kills * step, stopAfter, recipe)) {
      kills++;
    }
    return kills;
  }

  /** False when it was over before. */
  private boolean killAt(int moment, String stopAfter, Recipe recipe) throws Exception {
    Path home = Files.createDirectory(folder.resolve(stopAfter + "-" + moment));
    Rig.Machine machine = new Rig.Machine();
    List<CommandResult> results = new ArrayList<>();
    boolean killed;
    try (Rig first = new Rig(home, machine, recipe)) {
      first.until("idle", () -> first.events().equals("link_found"));
      first.give(Kind.START, "R42", results::add);
      first.killAfter(moment);
      if (stopAfter != null) {
        first.until("a moment to stop", () -> machine.written.contains(stopAfter));
        if (!first.isKilled()) {
          first.give(Kind.STOP, null, results::add);
        }
      }
      first.until("its end", first.drive::isAtRest);
      killed = first.isKilled();
    }
    boolean told = !results.isEmpty();
    int before = machine.written.size();
    try (Rig second = new Rig(home, machine, recipe)) {
      second.until("in contact", () -> !second.events().endsWith("start"));
      second.until("at rest", second.drive::isAtRest);
      second.pass(Duration.ofMillis(200));
      String where = "killed after " + moment + " steps: " + second.events() + machine.written;
      List<String> after = machine.written.subList(before, machine.written.size());
      assertTrue(
          after.isEmpty()
              || after.equals(List.of("valve_1=false", "valve_2=false", "heater=false")),
          where);
      assertTrue(machine.isSafe() || machine.written.isEmpty(), where);
      List<Transition> all = second.transitions();
      long starts = all.stream().filter(each -> each.event().equals("start")).count();
      long ends = all.stream().filter(each -> each.event().matches("complete|stop|error")).count();
      assertTrue(starts <= 1 && ends <= Math.max(starts, 1), where);
      assertEquals(
          before > 0 ? 1 : starts, starts, where + ": nothing is written before the start");
      assertTrue(starts == 0 || ends == 1, where);
      if (told && results.get(0).completed()) {
        assertEquals("complete", all.get(all.size() - 1).event(), where);
      }
      if (!after.isEmpty()) {
        Transition last = all.get(all.size() - 1);
        assertEquals("error", last.event(), where);
        assertTrue(
            last.to()
                .failure()
                .description()
                .startsWith("the daemon ended in the middle of recipe R42"),
            where);
        assertTrue(
            last.to().failure().description().endsWith("; the safe state was written"), where);
      }
    }
    return killed;
  }
}
