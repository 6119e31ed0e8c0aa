package dev.millwright.config;

import dev.millwright.recipe.Problem;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A recipe, and where in its file each part of it stands. */
public final class RecipeFile {

  private final Recipe recipe;
  private final Node.Table table;

  RecipeFile(Recipe recipe, Node.Table table) {
    this.recipe = recipe;
    this.table = table;
  }

  public Recipe recipe() {
    return recipe;
  }

  public Path file() {
    return table.place().file();
  }

  /**
   * What does not go with a machine's tags, whatever the parameters are.
   *
   * @param tags by name; null to judge the recipe alone
   * @return by line; empty when the recipe fits
   */
  public List<Mistake> mistakes(Map<String, TagKind> tags) {
    return recipe.problems(tags).stream().map(this::mistake).sorted().toList();
  }

  private Mistake mistake(Problem problem) {
    Place place = table.placeOf(path(problem));
    return new Mistake(place.file(), place.line(), place.column(), problem.toString());
  }

  /** The way to what is meant: {@code step 3.2 (fill)} is {@code steps.2.steps.1}. */
  private static String[] path(Problem problem) {
    List<String> path = new ArrayList<>();
    String[] words = problem.where().split(" ", -1);
    if (words.length > 1) {
      switch (words[0]) {
        case "step" -> {
          for (String number : words[1].split("\\.", -1)) {
            path.add("steps");
            path.add(String.valueOf(Integer.parseInt(number) - 1));
          }
        }
        case "precondition" -> {
          path.add("preconditions");
          path.add(String.valueOf(Integer.parseInt(words[1]) - 1));
        }
        default -> {
          path.add("parameters");
          path.add(words[1]);
        }
      }
    }
    path.addAll(Arrays.asList(problem.key().split("\\.", -1)));
    return path.toArray(String[]::new);
  }
}
