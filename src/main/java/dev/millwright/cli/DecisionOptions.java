package dev.millwright.cli;

import dev.millwright.consolidation.PlanOptions;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a plan cannot decide by itself: {@code --map}, {@code --soak}, {@code --force}. */
final class DecisionOptions {

  @Option(
      names = "--map",
      paramLabel = "OLD=NEW",
      description = "What to make of a value that the plan does not know; may be given many times.")
  private Map<String, String> map = Map.of();

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      description = "How long something has to have been quiet, such as 24h.")
  private Duration soak;

  @Option(
      names = "--force",
      description = "Go on where the plan would wait; needs --reason, and is recorded.")
  private boolean force;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why --force is right.")
  private String reason;

  /** Whether any of them was given. */
  boolean given() {
    return !map.isEmpty() || soak != null || force || reason != null;
  }

  PlanOptions options() throws Failure {
    if (force != (reason != null)) {
      throw new Failure(
          Exit.USAGE,
          force
              ? "--force needs --reason TEXT: it is recorded, and the report shows it"
              : "--reason goes with --force only");
    }
    if (force && reason.isBlank()) {
      throw new Failure(Exit.USAGE, "--reason: is empty; say why --force is right");
    }
    Limits.time("--soak", soak);
    return new PlanOptions(map, soak, reason);
  }
}
