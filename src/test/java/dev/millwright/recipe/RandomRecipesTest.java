package dev.millwright.recipe;

import static dev.millwright.recipe.SimulatedRun.MS;
import static dev.millwright.recipe.Steps.operand;
import static dev.millwright.recipe.Steps.pulse;
import static dev.millwright.recipe.Steps.repeat;
import static dev.millwright.recipe.Steps.set;
import static dev.millwright.recipe.Steps.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.recipe.Step.Common;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Recipes at random on a machine that refuses at random: whatever happens, what was switched on is
 * switched off, there are never more steps than declared, and after a stop nothing is written.
 */
class RandomRecipesTest {

  private static final int RUNS = 3_000;

  /** A fresh seed each time, named in a failure; give it with {@code -Dmillwright.seed}. */
  @Test
  void whatIsSwitchedOnIsSwitchedOff() throws RecipeException {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    for (int i = 0; i < RUNS; i++) {
      new Trial(seed + i).run();
    }
  }

  private static final class Trial {
    private final String name;
    private final Random random;

    Trial(long seed) {
      name = "seed " + seed;
      random = new Random(seed);
    }

    void run() throws RecipeException {
      Recipe recipe = recipe();
      Program program = recipe.bind(Map.of(), Steps.FURNACE);
      SimulatedRun run = new SimulatedRun(program, Steps.ms(1 + random.nextInt(20)));
      run.lateness = random.nextInt(10) == 0 ? random.nextInt(5) * MS : 0;
      run.writeTime = 1 + random.nextInt(3) * MS;
      run.values.put("temperature", (double) random.nextInt(100));
      int refusals = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE;
      run.refuses = write -> random.nextInt(refusals) == 0;
      run.loses = write -> random.nextBoolean();
      if (random.nextInt(4) == 0) {
        run.events.put((long) random.nextInt(20_000), run.sequencer::hold);
        run.events.put(20_000L + random.nextInt(5_000), run::unhold);
      }
      boolean stopped = random.nextInt(4) == 0;
      long stopAt = stopped ? random.nextInt(30_000) : Long.MAX_VALUE;
      Action end = run.run(stopAt);
      if (SimulatedRun.isEnd(end)) {
        end(run, program, end);
      } else {
        stop(run);
      }
      assertTrue(run.progress().done() <= program.steps(), name);
    }

    /** A pulse that could not be switched off is what a failed run's safe state is for. */
    private void end(SimulatedRun run, Program program, Action end) {
      boolean off = !Boolean.TRUE.equals(run.values.get("valve_1"));
      if (end instanceof Action.Complete) {
        assertTrue(off, name);
        assertEquals(program.steps(), run.progress().done(), name);
      } else {
        String why = ((Action.Fail) end).reason();
        assertTrue(off || why.contains("valve_1 = false was not confirmed"), name + " " + why);
      }
      nothingMore(run);
    }

    private void stop(SimulatedRun run) {
      run.sequencer.stop("enough");
      nothingMore(run);
    }

    private void nothingMore(SimulatedRun run) {
      int before = run.writes.size();
      for (int i = 0; i < 3; i++) {
        Action action = run.one();
        assertTrue(SimulatedRun.isEnd(action), name + " " + action);
      }
      assertEquals(before, run.writes.size(), name);
    }

    private Recipe recipe() {
      return new Recipe("R", "", "", Map.of(), List.of(), steps(3));
    }

    private List<Step> steps(int depth) {
      return IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(i -> step(depth)).toList();
    }

    private Step step(int depth) {
      switch (random.nextInt(depth == 0 ? 4 : 5)) {
        case 0:
          return set(common(null), "speed", (long) random.nextInt(3000));
        case 1:
          String time = 1 + random.nextInt(900) + "ms";
          return pulse(common(random.nextBoolean() ? "1s" : null), "valve_1", time);
        case 2:
          return new Step.Wait(common(null), operand(1 + random.nextInt(2_000) + "ms"));
        case 3:
          return until(common(null), "temperature", (long) random.nextInt(120), null, hold(), "2s");
        default:
          long times = 1L + random.nextInt(4);
          return repeat(common(null), times, steps(depth - 1).toArray(Step[]::new));
      }
    }

    private String hold() {
      return random.nextBoolean() ? null : 1 + random.nextInt(1_500) + "ms";
    }

    private Common common(String within) {
      OnFailure then =
          switch (random.nextInt(3)) {
            case 0 -> OnFailure.STOP;
            case 1 -> OnFailure.GO_ON;
            default -> new OnFailure(1 + random.nextInt(2), false);
          };
      return new Common(null, operand(within), then);
    }
  }

  /** Each step is a decision of its own: none is left out, and none is done twice. */
  @Test
  void everyStepIsDoneOnceWhereNothingFails() throws RecipeException {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    for (int i = 0; i < 300; i++) {
      Trial trial = new Trial(seed + i);
      Program program = trial.recipe().bind(Map.of(), Steps.FURNACE);
      SimulatedRun run = new SimulatedRun(program);
      run.values.put("temperature", 150.0);
      assertInstanceOf(Action.Complete.class, run.run(), trial.name);
      assertEquals(program.steps(), run.progress().done(), trial.name);
    }
  }
}
