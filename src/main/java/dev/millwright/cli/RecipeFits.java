package dev.millwright.cli;

import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import dev.millwright.config.TagKinds;
import dev.millwright.runtime.Control;
import java.util.List;
import java.util.stream.Collectors;

/** Which recipes machines may be stepped through. */
final class RecipeFits {

  private RecipeFits() {}

  /** Those of the machines that are stepped. */
  static List<MachineSettings> stepped(List<MachineSettings> machines) {
    return machines.stream()
        .filter(machine -> machine.control() instanceof Control.Driven)
        .toList();
  }

  /** Whether its drive, where it has one, may run the recipe, and its tags are those needed. */
  static boolean mayRun(MachineSettings machine, RecipeFile recipe) {
    boolean named =
        !(machine.control() instanceof Control.Driven driven)
            || driven.settings().recipes().isEmpty()
            || driven.settings().recipes().contains(recipe.recipe().name());
    return named && recipe.mistakes(TagKinds.of(machine)).isEmpty();
  }

  /** The names of those machines that may run the recipe; empty for none. */
  static String names(List<MachineSettings> machines, RecipeFile recipe) {
    return machines.stream()
        .filter(machine -> mayRun(machine, recipe))
        .map(MachineSettings::serialNumber)
        .collect(Collectors.joining(", "));
  }
}
