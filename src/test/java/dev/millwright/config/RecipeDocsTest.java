package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millwright.daemon.Wirings;
import dev.millwright.recipe.Program;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples are what people copy: they can be loaded, and fit their machines. */
class RecipeDocsTest {

  private static final Pattern EXAMPLE = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);

  private static final String HEAD =
      "serial_number = \"M\"\nprotocol = \"modbus-tcp\"\nmodbus = { host = \"h\", unit = 1 }\n";

  private static final String STATE =
      """
      state = { address = "holding:9", type = "uint16" }
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  private static Map<String, TagKind> tags(String table) throws ConfigException {
    return TagKinds.of(
        new ConfigLoader(Wirings.registry())
            .machine(HEAD + table + STATE, Path.of("m.toml"), Map.of()));
  }

  @Test
  void theRecipeOfTheDocumentationRunsOnItsMachine() throws Exception {
    List<String> examples = new ArrayList<>();
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("src/docs/recipes.md")));
    while (example.find()) {
      examples.add(example.group(1));
    }
    assertEquals(2, examples.size());
    byte[] bytes = examples.get(0).getBytes(StandardCharsets.UTF_8);
    RecipeFile file = ConfigLoader.recipe(Path.of("r42.toml"), bytes);
    Map<String, TagKind> tags = tags(examples.get(1));
    assertEquals(List.of(), file.mistakes(tags));
    Program program = file.recipe().bind(Map.of("cycles", 10L), tags);
    assertEquals(Duration.ofSeconds(2 + 85), program.estimate());
  }

  /** Those of conf/recipes are for any machine with a valve and a mixer. */
  @Test
  void theRecipesOfThePlantRunOnItsTwoOutputs() throws Exception {
    Map<String, TagKind> outputs =
        tags("[tags]\nvalve = { address = \"coil:5\" }\nmixer = { address = \"coil:6\" }\n");
    TagKind untold = TagKind.unknown(true, true);
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of("conf/recipes"))) {
      files = all.sorted().toList();
    }
    assertFalse(files.isEmpty());
    for (Path path : files) {
      RecipeFile file = ConfigLoader.recipe(path);
      assertEquals(List.of(), file.mistakes(outputs));
      // As OPC UA and serial machines have it, whose types nobody has told.
      assertEquals(List.of(), file.mistakes(Map.of("valve", untold, "mixer", untold)));
      assertEquals(name(path), file.recipe().name());
      assertFalse(estimate(file.recipe(), outputs).isZero());
    }
  }

  private static String name(Path path) {
    String file = path.getFileName().toString();
    return file.substring(0, file.indexOf('.')).toUpperCase(Locale.ROOT);
  }

  /** A demo that takes an hour shows nothing. */
  private static Duration estimate(Recipe recipe, Map<String, TagKind> tags) throws Exception {
    Duration time = recipe.bind(Map.of(), tags).estimate();
    assertFalse(time.toSeconds() > 30, recipe.name() + " takes " + time);
    return time;
  }
}
