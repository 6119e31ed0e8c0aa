package dev.millwright.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A recipe with its parameters, found fit for a machine's tags: what a run does. */
public final class Program {

  private final Recipe recipe;
  private final Map<String, Object> parameters;
  private final List<Check> checks;
  private final Work whole;

  /** A precondition with its values filled in. */
  record Check(Criterion criterion, String advice) {}

  Program(Recipe recipe, Map<String, Object> parameters, List<Check> checks, Work whole) {
    this.recipe = recipe;
    this.parameters = Map.copyOf(parameters);
    this.checks = List.copyOf(checks);
    this.whole = whole;
  }

  public Recipe recipe() {
    return recipe;
  }

  /**
   * All parameters by name, also those that nobody gave.
   *
   * @return a {@link Boolean}, {@link Long}, {@link Double}, {@link String} or {@link Duration}
   *     each
   */
  public Map<String, Object> parameters() {
    return parameters;
  }

  /** How long a run takes where no condition has to be waited for, and writes take no time. */
  public Duration estimate() {
    return Duration.ofNanos(whole.size().expected());
  }

  /** How long a run can take with every wait at its limit, without the time that writes take. */
  public Duration longest() {
    return Duration.ofNanos(whole.size().longest());
  }

  /** How many steps a run does, those of repeats as often as they are repeated. */
  public long steps() {
    return whole.size().steps();
  }

  /**
   * What keeps the recipe from being started now.
   *
   * @return a sentence for each precondition that is not met, with its advice; empty when all are
   */
  public List<String> preconditions(View seen) {
    List<String> failures = new ArrayList<>();
    for (Check check : checks) {
      Object value = seen.value(check.criterion().tag());
      if (!check.criterion().met(value)) {
        String advice = check.advice() == null ? "" : ": " + check.advice();
        failures.add(check.criterion().complaint(value) + advice);
      }
    }
    return failures;
  }

  Work whole() {
    return whole;
  }
}
