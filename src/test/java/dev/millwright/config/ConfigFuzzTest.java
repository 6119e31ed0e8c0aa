package dev.millwright.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millwright.daemon.Wirings;
import dev.millwright.recipe.TagKind;
import java.nio.file.Path;
import java.util.Map;

/** Whatever stands in a file: a configuration, or mistakes with places that the file has. */
class ConfigFuzzTest {

  private static final Path FILE = Path.of("/nowhere/fuzz.toml");
  private static final Registry REGISTRY = Wirings.registry();

  @FuzzTest
  void machineFile(byte[] bytes) {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    Node.Table table = TomlFile.read(FILE, bytes, report);
    boolean read = false;
    if (table != null) {
      MachineSettings settings = new MachineReader(REGISTRY, binder, report).read(table);
      new CrossChecks(REGISTRY, report).add(table, settings);
      read = settings != null;
    }
    assertTrue(read || !report.mistakes().isEmpty(), "neither a machine nor a mistake");
    checkPlaces(bytes, report);
  }

  @FuzzTest
  void mainFile(byte[] bytes) {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    Node.Table table = TomlFile.read(FILE, bytes, report);
    if (table != null) {
      binder.unknownKeys(table, REGISTRY.sections().keySet());
      REGISTRY.sections().forEach((key, type) -> binder.recordAt(table, key, type));
    }
    checkPlaces(bytes, report);
  }

  @FuzzTest
  void recipeFile(byte[] bytes) {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    RecipeFile recipe = new RecipeReader(binder, report).read(FILE, bytes);
    assertTrue(recipe != null || !report.mistakes().isEmpty(), "neither a recipe nor a mistake");
    if (recipe != null) {
      recipe.mistakes(Map.of("temperature", TagKind.unknown(true, true)));
    }
    checkPlaces(bytes, report);
  }

  private static void checkPlaces(byte[] bytes, Report report) {
    long lines = new String(bytes, ISO_8859_1).lines().count();
    for (Mistake mistake : report.mistakes()) {
      assertTrue(mistake.line() >= 0 && mistake.line() <= lines, mistake.toString());
      assertTrue(!mistake.message().isBlank());
    }
  }
}
