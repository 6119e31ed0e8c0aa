package dev.millwright.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millwright.recipe.Program;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.RecipeException;
import dev.millwright.recipe.TagKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a recipe's file, and what its author reads after a slip in it. */
class RecipeReaderTest {

  private static final String WHOLE =
      """
      name = "R42"

      [limits]
      depth = 3

      [parameters.temperature]
      type = "real"
      unit = "degC"
      min = 20
      max = 90
      default = 60

      [parameters.soak]
      type = "duration"
      min = "1s"
      max = "1h"
      default = "30s"

      [parameters.cycles]
      type = "integer"
      default = 5

      [[preconditions]]
      tag = "pressure"
      min = 0.5
      max = 2.0
      advice = "Open the supply valve"

      [[preconditions]]
      tag = "door"
      equals = false

      [[steps]]
      set = { setpoint = "{temperature}", heater = true, mode = "fast" }

      [[steps]]
      name = "heat up"
      until = { tag = "temperature", min = "{temperature}", hold = "2s", within = "10m" }
      on_failure = "retry 2"

      [[steps]]
      pulse = { tag = "valve_1", for = "500ms" }
      on_failure = "go on"

      [[steps]]
      wait = "{soak}"

      [[steps]]
      repeat = "{cycles}"
      within = "1h"
        [[steps.steps]]
        pulse = { tag = "speed", for = "250ms", on = 100, off = 0 }
        [[steps.steps]]
        repeat = 2
          [[steps.steps.steps]]
          wait = "1s"
      """;

  private static final Map<String, TagKind> TAGS =
      Map.of(
          "setpoint", tag(TagKind.Type.REAL),
          "temperature", tag(TagKind.Type.REAL),
          "pressure", tag(TagKind.Type.REAL),
          "heater", tag(TagKind.Type.BOOLEAN),
          "door", tag(TagKind.Type.BOOLEAN),
          "valve_1", tag(TagKind.Type.BOOLEAN),
          "speed", tag(TagKind.Type.INTEGER),
          "mode", tag(TagKind.Type.TEXT));

  @TempDir Path temporary;

  private static TagKind tag(TagKind.Type type) {
    return new TagKind(type, null, null, true, true, null);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(temporary.resolve("r.toml"), text);
  }

  @Test
  void everyKeyIsUnderstood() throws Exception {
    Recipe recipe = ConfigLoader.recipe(file(WHOLE)).recipe();
    assertEquals("R42", recipe.name());
    assertEquals(WHOLE, recipe.source());
    assertEquals(
        List.of(
            "set setpoint = {temperature}, heater = true, mode = \"fast\"",
            "until temperature ≥ {temperature} for 2s",
            "pulse valve_1 500ms",
            "wait {soak}",
            "repeat {cycles}"),
        recipe.steps().stream().map(Object::toString).toList());
    assertEquals(
        List.of("stop", "retry 2", "go on", "stop", "stop"),
        recipe.steps().stream().map(step -> step.common().onFailure().toString()).toList());
    assertEquals(
        List.of("temperature", "soak", "cycles"), List.copyOf(recipe.parameters().keySet()));
    assertEquals("Open the supply valve", recipe.preconditions().get(0).advice());
    Program program = recipe.bind(Map.of("soak", "2m", "cycles", 4L), TAGS);
    // 2 s of hold, the pulse, the soaking, and four times a pulse and two waits.
    assertEquals(Duration.ofMillis(2_000 + 500 + 120_000 + 4 * 2_250), program.estimate());
    assertEquals(4 + 4 * 3, program.steps());
    assertEquals(
        Map.of("temperature", 60.0, "soak", Duration.ofMinutes(2), "cycles", 4L),
        program.parameters());
  }

  /** What a run did is known by its recipe's content, whatever the file was called. */
  @Test
  void theHashIsThatOfTheBytes() throws Exception {
    String text = "name = \"R\"\n[[steps]]\nwait = \"1s\"\n";
    // printf 'name = "R"\n[[steps]]\nwait = "1s"\n' | sha256sum
    assertEquals(
        "87e1a9b6a48b34b51c1cd6cc29c1a4c168c5e97b688ce035a7c0c72e16d0cb71",
        ConfigLoader.recipe(file(text)).recipe().hash());
    String other = ConfigLoader.recipe(file(text.replace("\n", "\r\n"))).recipe().hash();
    assertTrue(
        !other.equals("87e1a9b6a48b34b51c1cd6cc29c1a4c168c5e97b688ce035a7c0c72e16d0cb71"), other);
  }

  @Test
  void whatDoesNotSuitAMachineIsToldWithItsLine() throws Exception {
    RecipeFile recipe = ConfigLoader.recipe(file(WHOLE));
    assertEquals(List.of(), recipe.mistakes(TAGS));
    Map<String, TagKind> others = new HashMap<>(TAGS);
    others.put("heater", tag(TagKind.Type.REAL));
    others.remove("speed");
    others.put("pressure", new TagKind(TagKind.Type.REAL, 5.0, 9.0, true, false, "bar"));
    assertEquals(
        List.of(
            "26: precondition 1: max: 2 can never be reached: tag \"pressure\" is between 5 and 9"
                + " bar",
            "34: step 1: set.heater: tag \"heater\" is of type real, which does not suit true",
            "52: step 5.1: pulse.tag: the machine has no tag \"speed\""),
        recipe.mistakes(others).stream().map(m -> m.line() + ": " + m.message()).toList());
    RecipeException e =
        assertThrows(RecipeException.class, () -> recipe.recipe().bind(Map.of(), others));
    assertEquals(3, e.problems().size());
  }

  static Stream<Arguments> slips() {
    return Stream.of(
        slip("wait = \"1s\"", "1: required key \"name\" is missing", ""),
        slip("wiat = \"1s\"", "3: unknown key \"wiat\"; did you mean \"wait\"?"),
        slip(
            "wait = \"1s\"\nset = { a = 1 }",
            "2: a step has one of set, until, pulse, wait and repeat, and this has more; make a"
                + " step of each"),
        slip(
            "name = \"x\"",
            "2: a step has one of set, until, pulse, wait and repeat, and this has none; make a"
                + " step of each"),
        slip(
            "wait = 30",
            "3: wait: expected a time such as \"5s\", or \"{name}\", found the integer 30"),
        slip("wait = \"0s\"", "3: step 1: wait: 0ms is not between 1ms and 31d"),
        slip("wait = \"{soak}\"", "3: step 1: wait: there is no parameter \"soak\""),
        slip("set = {}", "3: set: there is nothing to write"),
        slip("set = { a = nan }", "3: a: NaN is not a number that can be used"),
        slip(
            "set = { a = 1979-05-27 }",
            "3: a: expected a value such as 5, true or \"{name}\", found a date or time"),
        slip(
            "set = { \"A b\" = 1 }",
            "3: set: the name \"A b\" is not small letters, digits and _, beginning with a letter"),
        slip("repeat = 2", "3: repeat: there are no steps to repeat"),
        slip(
            "repeat = 0\n[[steps.steps]]\nwait = \"1s\"",
            "3: step 1: repeat: 0 is not between 1 and 10000000"),
        slip(
            "repeat = 2.5\n[[steps.steps]]\nwait = \"1s\"",
            "3: step 1: repeat: expected a whole number, found 2.5"),
        slip(
            "wait = \"1s\"\n[[steps.steps]]\nwait = \"1s\"",
            "4: steps: belong to a repeat, which is missing"),
        slip("pulse = { tag = \"v\" }", "3: required key \"for\" is missing"),
        slip(
            "pulse = { tag = \"v\", for = \"1s\", on = 1, off = 1 }",
            "3: step 1: pulse.off: 1 is the same as on"),
        slip(
            "until = { tag = \"t\", within = \"1m\" }",
            "3: tag: nothing is said of what it shows: add min, max or equals"),
        slip(
            "until = { tag = \"t\", min = 5 }",
            "3: step 1: until.within: is missing: how long to wait at most, such as within ="
                + " \"10m\""),
        slip(
            "until = { tag = \"t\", min = 5, equals = 5, within = \"1m\" }",
            "3: equals: goes without min and max"),
        slip(
            "until = { tag = \"t\", min = \"hot\", within = \"1m\" }",
            "3: step 1: until.min: expected a number, found \"hot\""),
        slip(
            "wait = \"1s\"\non_failure = \"retry\"",
            "4: on_failure: expected \"stop\", \"retry 2\" or \"go on\", found the text \"retry\""),
        slip(
            "wait = \"1s\"\non_failure = \"retry 101\"",
            "4: on_failure: retry 101 is more often than 100"),
        slip(
            "wait = \"1m\"\nwithin = \"5s\"",
            "4: step 1: within: 5 s is too short: the step takes 60 s"),
        slip(
            "wait = \"1s\"\n[parameters.a]\ntype = \"float\"",
            "5: type: \"float\" is not one of boolean, integer, real, text, duration"),
        slip(
            "wait = \"1s\"\n[parameters.a]\ntype = \"text\"\nmin = 5",
            "6: min: does not suit the type: only numbers and times have limits"),
        slip(
            "wait = \"1s\"\n[parameters.a]\ntype = \"real\"\nmin = 5\nmax = 1",
            "6: min: is more than max"),
        slip(
            "wait = \"1s\"\n[parameters.a]\ntype = \"real\"\nmax = 5\ndefault = 6",
            "7: parameter a: default: 6 is not at most 5"),
        slip(
            "wait = \"1s\"\n[parameters.a]\ntype = \"duration\"\ndefault = \"soon\"",
            "6: parameter a: default: \"soon\" is not a time such as \"30s\", which is expected"),
        slip("wait = \"1s\"\n[limits]\ndepth = 65", "5: depth: 65 is not between 1 and 64"));
  }

  private static Arguments slip(String step, String mistake) {
    return slip(step, mistake, "name = \"R\"");
  }

  private static Arguments slip(String step, String mistake, String head) {
    return arguments(head + "\n[[steps]]\n" + step + "\n", mistake);
  }

  @ParameterizedTest
  @MethodSource("slips")
  void aSlipIsToldWithItsLine(String text, String mistake) throws IOException {
    Path file = file(text);
    ConfigException e = assertThrows(ConfigException.class, () -> ConfigLoader.recipe(file));
    assertEquals(
        List.of(mistake), e.mistakes().stream().map(m -> m.line() + ": " + m.message()).toList());
  }

  private static String nested(int depth) {
    StringBuilder text = new StringBuilder("wait = \"1s\"");
    for (int i = 0; i < depth; i++) {
      text.insert(0, "repeat = 1, steps = [ { ").append(" } ]");
    }
    return "name = \"R\"\nsteps = [ { " + text + " } ]\n";
  }

  @Test
  void repeatsAreNestedAsDeepAsTheLimitSays() throws Exception {
    assertEquals(1, ConfigLoader.recipe(file(nested(16))).recipe().steps().size());
    Path deep = file(nested(17));
    ConfigException e = assertThrows(ConfigException.class, () -> ConfigLoader.recipe(deep));
    assertEquals(
        "steps: repeats are nested deeper than the limit; limits.depth sets it, from 1 to 64, and"
            + " is 16 where it is left out",
        e.mistakes().get(0).message());
    Path allowed = file("limits.depth = 64\n" + nested(64));
    assertEquals(1, ConfigLoader.recipe(allowed).recipe().steps().size());
    Path far = file("limits.depth = 64\n" + nested(3_000));
    assertThrows(ConfigException.class, () -> ConfigLoader.recipe(far));
  }

  @Test
  void twoRecipesOfOneNameAreRefused() throws IOException {
    Report report = new Report();
    RecipeReader reader =
        new RecipeReader(new Binder(report, new Secrets(Map.of(), report)), report);
    byte[] text = "name = \"R\"\n[[steps]]\nwait = \"1s\"\n".getBytes(UTF_8);
    reader.read(Path.of("a.toml"), text);
    reader.read(Path.of("b.toml"), text);
    assertEquals(
        List.of(
            "b.toml:1: name: \"R\" is taken by a.toml line 1; each recipe has a name of its own"),
        report.mistakes().stream().map(Mistake::toString).toList());
  }
}
