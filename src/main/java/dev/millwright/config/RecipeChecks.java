package dev.millwright.config;

import dev.millwright.recipe.TagKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the recipes that machines are to be stepped through are there, and fit them. */
final class RecipeChecks {

  /** How many reasons are told of one recipe; recipe check tells them all. */
  private static final int SHOWN = 3;

  private final Report report;
  private final List<Stepped> machines = new ArrayList<>();

  private record Stepped(Node.Table drive, String serialNumber, Map<String, TagKind> tags) {}

  RecipeChecks(Report report) {
    this.report = report;
  }

  /** Takes the next machine; one without table {@code [drive]} is not stepped. */
  void add(Node.Table table, MachineSettings settings) {
    if (settings != null && table.entries().get("drive") instanceof Node.Table drive) {
      machines.add(new Stepped(drive, settings.serialNumber(), TagKinds.of(settings)));
    }
  }

  /** Judges them all. */
  void check(List<RecipeFile> recipes) {
    Map<String, RecipeFile> byName = new LinkedHashMap<>();
    recipes.forEach(recipe -> byName.put(recipe.recipe().name(), recipe));
    for (Stepped machine : machines) {
      if (machine.drive().entries().get("recipes") instanceof Node.Array named
          && !named.items().isEmpty()) {
        named.items().forEach(item -> check(machine, item, byName));
      } else if (recipes.stream().noneMatch(recipe -> recipe.mistakes(machine.tags()).isEmpty())) {
        report.warning(
            machine.drive().place(),
            "no recipe fits " + machine.serialNumber() + "; millwright recipe check says why");
      }
    }
  }

  private void check(Stepped machine, Node item, Map<String, RecipeFile> byName) {
    if (!(item instanceof Node.Scalar scalar && scalar.value() instanceof String name)) {
      return; // reported where the list is bound
    }
    RecipeFile recipe = byName.get(name);
    if (recipe == null) {
      report.missing(
          item.place(),
          "recipes: there is no recipe "
              + Node.Scalar.quoted(name)
              + Spelling.hint(name, byName.keySet(), Set.of()));
      return;
    }
    List<Mistake> mistakes = recipe.mistakes(machine.tags());
    mistakes.stream()
        .limit(SHOWN)
        .forEach(
            mistake ->
                report.mistake(
                    item.place(),
                    "recipes: %s does not fit %s: %s"
                        .formatted(Node.Scalar.quoted(name), machine.serialNumber(), mistake)));
    if (mistakes.size() > SHOWN) {
      report.mistake(
          item.place(),
          "recipes: %s does not fit: %d more; see millwright recipe check"
              .formatted(Node.Scalar.quoted(name), mistakes.size() - SHOWN));
    }
  }
}
