package dev.millwright.chaos;

import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Somebody who has machines started, stopped and reset, without a look at what they do. What is
 * asked for, and when, is drawn from a seed; a database that is away is not waited for.
 */
final class Orders implements AutoCloseable {

  private static final int LONGEST_PAUSE_MS = 500;

  private final CommandTable commands;
  private final SplittableRandom random;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile RuntimeException trouble;

  /** Begins. */
  Orders(CommandTable commands, long seed) {
    this.commands = commands;
    this.random = new SplittableRandom(seed);
    this.thread = new Thread(this::run, "orders");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        give(random.nextInt(20));
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
      }
    } catch (InterruptedException e) {
      stopping = true;
    } catch (RuntimeException e) {
      trouble = e;
    }
  }

  private void give(int draw) {
    try {
      if (draw < 6) {
        commands.give(RecipeCell.MACHINE, "start_recipe", RecipeCell.RECIPE);
      } else if (draw < 8) {
        commands.give(RecipeCell.MACHINE, "stop_recipe", null);
      } else if (draw < 11) {
        commands.give(RecipeCell.MACHINE, "reset_machine", null);
      } else if (draw < 13) {
        commands.give(World.COMMANDED, "start_recipe", RecipeCell.RECIPE);
      } else if (draw < 15) {
        commands.give(World.COMMANDED, "stop_recipe", null);
      } else if (draw < 16) {
        commands.give(World.COMMANDED, "reset_machine", null);
      } else if (draw < 18) {
        commands.give(null, "start_recipe", RecipeCell.RECIPE);
      } else {
        String second = draw == 18 ? "start_recipe" : "stop_recipe";
        commands.giveAtOnce(RecipeCell.MACHINE, List.of("start_recipe", second), RecipeCell.RECIPE);
      }
    } catch (SQLException e) {
      // The server is away: whoever orders something is told so, and nothing was ordered, or it was
      // and is found in the table.
    }
  }

  /** Nothing is ordered any more when it returns. */
  @Override
  public void close() throws InterruptedException {
    stopping = true;
    thread.interrupt();
    thread.join();
    if (trouble != null) {
      throw trouble;
    }
  }
}
