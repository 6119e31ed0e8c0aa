package dev.millwright.cli;

import dev.millwright.consolidation.OldRecipe;
import dev.millwright.consolidation.OldStep;
import dev.millwright.recipe.Recipe;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes an old recipe as a recipe's file. */
final class RecipeToml {

  private final Map<String, String> renamed;

  /** Which old parameter each tag stands for, so that no two become one. */
  private final Map<String, String> meant = new HashMap<>();

  private final Set<String> refused = new LinkedHashSet<>();
  private final StringBuilder text = new StringBuilder();

  /**
   * @param renamed other names of tags, by the name that they would have, or by the parameter's id
   */
  RecipeToml(Map<String, String> renamed) {
    this.renamed = renamed;
  }

  /** What cannot be written without a guess, after {@link #of}. */
  Set<String> refused() {
    return refused;
  }

  /** The file of a recipe of which nothing is refused. */
  String of(OldRecipe recipe) {
    comment("Taken over from recipes row " + recipe.id() + ".");
    recipe.notes().forEach(this::comment);
    text.append("name = ").append(Toml.quoted(recipe.name())).append('\n');
    int depth = depth(recipe.steps());
    if (depth > Recipe.DEPTH) {
      text.append("limits = { depth = ").append(depth).append(" }\n");
    }
    steps(recipe.steps(), "steps", "");
    return text.toString();
  }

  private static int depth(List<OldStep> steps) {
    int deepest = 0;
    for (OldStep step : steps) {
      if (step instanceof OldStep.Loop loop) {
        deepest = Math.max(deepest, 1 + depth(loop.steps()));
      }
    }
    return deepest;
  }

  private void comment(String line) {
    text.append("# ").append(line.replaceAll("\\p{Cntrl}", " ")).append('\n');
  }

  private void steps(List<OldStep> steps, String table, String indent) {
    for (OldStep step : steps) {
      text.append('\n').append(indent).append("[[").append(table).append("]]\n");
      if (step.name() != null && !step.name().isBlank()) {
        line(indent, "name = " + Toml.quoted(step.name().strip().replaceAll("\\p{Cntrl}", " ")));
      }
      if (step instanceof OldStep.Valve valve) {
        String tag = tag("valve_" + valve.valve(), "valve " + valve.valve(), step);
        line(indent, "pulse = { tag = \"%s\", for = \"%dms\" }".formatted(tag, valve.millis()));
      } else if (step instanceof OldStep.Purge purge) {
        String noted = purge.gas() == null ? "" : "  # purge: " + purge.gas();
        line(indent, "wait = \"" + purge.millis() + "ms\"" + noted.replaceAll("\\p{Cntrl}", " "));
      } else if (step instanceof OldStep.Assign assign) {
        String tag = tag(slug(assign.called()), assign.parameter(), step);
        line(indent, "set = { " + tag + " = " + assign.value().toPlainString() + " }");
      } else if (step instanceof OldStep.Loop loop) {
        line(indent, "repeat = " + loop.times());
        steps(loop.steps(), table + ".steps", indent + "  ");
      }
    }
  }

  private void line(String indent, String line) {
    text.append(indent).append(line).append('\n');
  }

  private String tag(String name, String parameter, OldStep step) {
    String tag = renamed.getOrDefault(parameter, renamed.getOrDefault(name, name));
    String other = meant.putIfAbsent(tag, parameter);
    if (!tag.matches("[a-z][a-z0-9_]*")) {
      refused.add(
          "recipe_steps row %s: \"%s\" is no name of a tag; give one with --tag %s=NAME"
              .formatted(step.id(), tag, parameter));
    } else if (other != null && !other.equals(parameter)) {
      refused.add(
          "recipe_steps row %s: tag %s would stand for %s and for %s; give each its own with --tag"
                  .formatted(step.id(), tag, other, parameter)
              + " ID=NAME");
    }
    return tag;
  }

  /** A name of a file or a tag: small letters, digits and _. */
  static String slug(String name) {
    return name.strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "_")
        .replaceAll("^_|_$", "");
  }
}
