package dev.millwright.recipe;

import java.util.List;
import java.util.stream.Collectors;

/** A recipe that cannot run with these parameters on this machine; names every reason. */
public final class RecipeException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  RecipeException(String recipe, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("; ", "recipe " + recipe + ": ", "")));
    this.problems = List.copyOf(problems);
  }

  /** All of them; at least one. */
  public List<Problem> problems() {
    return problems;
  }
}
