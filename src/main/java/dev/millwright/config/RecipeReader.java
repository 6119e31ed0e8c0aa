package dev.millwright.config;

import dev.millwright.recipe.Parameter;
import dev.millwright.recipe.Precondition;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what recipes' files say, and that no two have one name. */
final class RecipeReader {

  private final Binder binder;
  private final Report report;
  private final Map<String, Place> names = new HashMap<>();

  RecipeReader(Binder binder, Report report) {
    this.binder = binder;
    this.report = report;
  }

  /**
   * Reads one recipe.
   *
   * @return null when there was a mistake
   */
  RecipeFile read(Path file) {
    byte[] bytes = TomlFile.bytes(file, report);
    return bytes == null ? null : read(file, bytes);
  }

  RecipeFile read(Path file, byte[] bytes) {
    Node.Table table = TomlFile.read(file, bytes, report);
    if (table == null) {
      return null;
    }
    name(table);
    // Before anything else descends into it.
    if (isTooDeep(table, limit(table))) {
      return null;
    }
    RecipeTable read = binder.record(table, RecipeTable.class);
    if (read == null) {
      return null;
    }
    RecipeFile recipe = new RecipeFile(recipe(read, bytes), table);
    List<Mistake> mistakes = recipe.mistakes(null);
    mistakes.forEach(m -> report.mistake(new Place(m.file(), m.line(), m.column()), m.message()));
    return mistakes.isEmpty() ? recipe : null;
  }

  private void name(Node.Table table) {
    String name = table.text("name");
    if (name != null) {
      Place place = table.placeOf("name");
      Place first = names.putIfAbsent(name, place);
      if (first != null) {
        report.mistake(
            place,
            "name: %s is taken by %s; each recipe has a name of its own"
                .formatted(Node.Scalar.quoted(name), first.inWords()));
      }
    }
  }

  private static long limit(Node.Table table) {
    return table.entries().get("limits") instanceof Node.Table limits
            && limits.entries().get("depth") instanceof Node.Scalar depth
            && depth.value() instanceof Long number
        ? Math.max(1, Math.min(number, Recipe.MOST_DEPTH))
        : Recipe.DEPTH;
  }

  /** Whether repeats are nested deeper than that; the steps of the recipe itself are at depth 0. */
  private boolean isTooDeep(Node.Table table, long left) {
    if (!(table.entries().get("steps") instanceof Node.Array steps)) {
      return false;
    }
    for (Node step : steps.items()) {
      if (!(step instanceof Node.Table inner)) {
        continue;
      }
      if (left == 0 && inner.entries().containsKey("steps")) {
        report.mistake(
            inner.placeOf("steps"),
            "steps: repeats are nested deeper than the limit; limits.depth sets it, from 1 to "
                + Recipe.MOST_DEPTH
                + ", and is "
                + Recipe.DEPTH
                + " where it is left out");
        return true;
      }
      if (isTooDeep(inner, left - 1)) {
        return true;
      }
    }
    return false;
  }

  private static Recipe recipe(RecipeTable read, byte[] bytes) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    read.parameters().forEach((name, given) -> parameters.put(name, given.parameter()));
    List<Precondition> preconditions =
        read.preconditions().stream().map(RecipeTable.Before::precondition).toList();
    List<Step> steps = read.steps().stream().map(StepTable::step).toList();
    String source = new String(bytes, StandardCharsets.UTF_8);
    return new Recipe(read.name(), hash(bytes), source, parameters, preconditions, steps);
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
