package dev.millwright.runtime;

import dev.millwright.recipe.Program;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.RecipeException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Which recipe a driven machine can run, judged before anything is written (LEGACY 11). */
final class Starts {

  private final String machine;
  private final DriveSettings settings;
  private final Supplier<Map<String, Recipe>> all;

  /** As they were when a start was judged last: a program is made of what was judged. */
  private Map<String, Recipe> recipes = Map.of();

  Starts(String machine, Drive.Parts parts) {
    this.machine = machine;
    this.settings = parts.settings();
    this.all = parts.recipes();
  }

  /** Why a start cannot be; null when it can. */
  String refusal(Command command, MachineView seen) {
    recipes = all.get();
    String name = name(command);
    if (name == null) {
      return "recipe: is missing; " + machine + " may run " + allowed();
    } else if (!settings.recipes().isEmpty() && !settings.recipes().contains(name)) {
      return "recipe " + name + ": " + machine + " may run " + allowed();
    } else if (!recipes.containsKey(name)) {
      return "recipe " + name + ": there is no file for it in recipes/";
    }
    try {
      List<String> unmet = bind(command, seen).preconditions(seen.asWritten());
      return unmet.isEmpty() ? null : String.join("; ", unmet);
    } catch (RecipeException e) {
      return e.getMessage();
    }
  }

  /** The program of a start that is not refused. */
  Program program(Command command, MachineView seen) {
    try {
      return bind(command, seen);
    } catch (RecipeException e) {
      throw new IllegalStateException(e);
    }
  }

  private Program bind(Command command, MachineView seen) throws RecipeException {
    return recipes.get(name(command)).bind(command.parameters(), seen.kinds());
  }

  /** The recipe that is meant; null when it is not clear. */
  private String name(Command command) {
    List<String> few =
        settings.recipes().isEmpty() ? List.copyOf(recipes.keySet()) : settings.recipes();
    return command.recipe() != null ? command.recipe() : few.size() == 1 ? few.get(0) : null;
  }

  private String allowed() {
    return settings.recipes().isEmpty() ? "any that fits" : String.join(", ", settings.recipes());
  }
}
