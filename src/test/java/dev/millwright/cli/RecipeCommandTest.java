package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a controls engineer sees of recipes before any machine is touched. */
class RecipeCommandTest {

  @TempDir Path folder;

  private Path main;

  @BeforeEach
  void configuration() throws IOException {
    main =
        Files.writeString(
            folder.resolve("millwright.toml"),
            """
            [database]
            url = "jdbc:postgresql://localhost:1/plant"
            user = "u"
            """);
    machine(
        "REACTOR-01",
        """
        heater = { address = "coil:1" }
        setpoint = { address = "holding:5", type = "float32", max = 90, unit = "degC" }
        temperature = { address = "input:5", type = "float32", unit = "degC" }
        """);
    machine("PUMP-01", "");
    recipe(
        "heat",
        """
        name = "HEAT"
        [parameters.target]
        type = "real"
        unit = "degC"
        min = 20
        max = 95
        default = 60
        [[preconditions]]
        tag = "temperature"
        max = 40
        advice = "Let it cool down"
        [[steps]]
        set = { setpoint = "{target}", heater = true }
        [[steps]]
        name = "heat up"
        until = { tag = "temperature", min = "{target}", hold = "2s", within = "10m" }
        on_failure = "retry 1"
        [[steps]]
        repeat = 3
          [[steps.steps]]
          wait = "10s"
        """);
  }

  private void machine(String name, String tags) throws IOException {
    Path file = folder.resolve("machines/" + name + ".toml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        serial_number = "%s"
        protocol = "modbus-tcp"
        [modbus]
        host = "127.0.0.1"
        unit = %d
        [tags]
        state = { address = "holding:0", type = "uint16" }
        %s
        [lifecycle]
        state = { tag = "state", idle = [0], processing = [1] }
        """
            .formatted(name, 1 + tags.length() % 100, tags));
  }

  private Path recipe(String name, String text) throws IOException {
    Path file = folder.resolve("recipes/" + name + ".toml");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Console run(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "recipe";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--config";
    all[arguments.length + 2] = main.toString();
    return Console.run(all);
  }

  /** Without the warnings, that a watched machine has tags nobody watches. */
  private static String said(Console console) {
    return console.err().replaceAll("warning: .*\n", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "show"})
  void every_command_has_help_with_an_example(String command) {
    Console help = Console.run("recipe", command, "--help");
    assertEquals(Exit.OK, help.exitCode());
    assertTrue(help.out().contains("Example: millwright recipe " + command), help.out());
  }

  @Test
  void check_tells_which_machines_a_recipe_fits() throws IOException {
    Console all = run("check");
    assertEquals(Exit.OK, all.exitCode(), all.err());
    assertTrue(
        all.out().matches("(?s)RECIPE.*\nHEAT +REACTOR-01 +[0-9a-f]{12} .*heat.toml\n"), all.out());
    recipe("other", "name = \"OTHER\"\n[[steps]]\nset = { horn = true }\n");
    Console none = run("check");
    assertEquals(Exit.DIFFERENT, none.exitCode());
    assertTrue(none.out().contains("OTHER   no machine"), none.out());
    assertTrue(none.err().contains("millwright recipe check NAME --machine M"), none.err());
  }

  /** A watched machine that happens to have the tags runs nothing. */
  @Test
  void check_names_the_machines_whose_drive_may_run_it() throws IOException {
    Path file = folder.resolve("machines/driven.toml");
    String driven =
        """
        serial_number = "DOSE-%s"
        protocol = "modbus-tcp"
        [modbus]
        host = "127.0.0.1"
        unit = 7%s
        [tags]
        heater = { address = "coil:1" }
        setpoint = { address = "holding:5", type = "float32", max = 90, unit = "degC" }
        temperature = { address = "input:5", type = "float32", unit = "degC" }
        [drive]
        safe = [{ tag = "heater", value = false }]
        recipes = [%s]
        """;
    Files.writeString(file, driven.formatted("01", "1", ""));
    Files.writeString(
        folder.resolve("machines/other.toml"), driven.formatted("02", "2", "\"OTHER\""));
    recipe("other", "name = \"OTHER\"\n[[steps]]\nset = { heater = true }\n");
    Console check = run("check");
    assertEquals(Exit.OK, check.exitCode(), check.err());
    assertTrue(check.out().matches("(?s).*\nHEAT +DOSE-01 +[0-9a-f]{12} .*"), check.out());
    assertTrue(check.out().matches("(?s).*\nOTHER +DOSE-01, DOSE-02 .*"), check.out());
  }

  @Test
  void check_says_why_a_recipe_does_not_fit_a_machine() throws IOException {
    Path file =
        recipe("other", "name = \"OTHER\"\n[[steps]]\nset = { heater = 1, temprature = 5 }\n");
    Console check = run("check", "OTHER", "--machine", "REACTOR-01");
    assertEquals(Exit.DIFFERENT, check.exitCode());
    assertEquals("OTHER does not fit REACTOR-01\n", check.out());
    assertEquals(
        file
            + ":3: step 1: set.heater: tag \"heater\" is of type boolean, which does not suit 1\n"
            + file
            + ":3: step 1: set.temprature: the machine has no tag \"temprature\"; did you mean"
            + " \"temperature\"?\n",
        said(check));
    assertEquals(said(check), said(run("check", file.toString(), "--machine", "REACTOR-01")));
    assertEquals(Exit.OK, run("check", "HEAT", "--machine", "REACTOR-01").exitCode());
  }

  /** It brings its tags, so its file has none. */
  @Test
  void check_judges_a_virtual_machine_as_well() throws IOException {
    Files.writeString(
        folder.resolve("machines/virt-01.toml"),
        "serial_number = \"VIRT-01\"\nprotocol = \"virtual\"\n[virtual]\n");
    recipe("mix", "name = \"MIX\"\n[[steps]]\npulse = { tag = \"mixer\", for = \"1s\" }\n");
    Path bad = recipe("bad", "name = \"BAD\"\n[[steps]]\nset = { counter = 0, vavle = true }\n");
    assertEquals("MIX fits VIRT-01\n", run("check", "MIX", "--machine", "VIRT-01").out());
    Console check = run("check", "BAD", "--machine", "VIRT-01");
    assertEquals(Exit.DIFFERENT, check.exitCode());
    assertEquals(
        bad
            + ":3: step 1: set.counter: tag \"counter\" is only read, never written\n"
            + bad
            + ":3: step 1: set.vavle: the machine has no tag \"vavle\"; did you mean \"valve\"?\n",
        said(check));
  }

  @Test
  void show_is_the_recipe_as_a_tree() {
    Console show = run("show", "HEAT");
    assertEquals(Exit.OK, show.exitCode(), show.err());
    String[] lines = show.out().split("\n", 3);
    assertTrue(lines[0].startsWith("HEAT  ") && lines[0].endsWith("heat.toml"), lines[0]);
    assertTrue(lines[1].matches("hash      [0-9a-f]{64}"), lines[1]);
    assertEquals(
        """
        takes     32s, at most 1230s; 5 steps
        parameters
          NAME    TYPE  RANGE                   DEFAULT
          target  real  between 20 and 95 degC  60
        preconditions
          temperature ≤ 40  (Let it cool down)
        steps
          1  set setpoint = {target}, heater = true
          2  heat up: until temperature ≥ {target} for 2s, within 10m, on failure retry 1
          3  repeat 3
            3.1  wait 10s
        """,
        lines[2]);
  }

  @Test
  void show_judges_with_the_parameters_that_are_given() {
    Console hot = run("show", "HEAT", "--set", "target=92", "--machine", "REACTOR-01");
    assertEquals(Exit.DIFFERENT, hot.exitCode());
    assertEquals(
        "HEAT: step 1: set.setpoint: 92 does not suit: tag \"setpoint\" is at most 90 degC\n",
        said(hot));
    Console wrong = run("show", "HEAT", "--set", "target=hot");
    assertEquals(Exit.USAGE, wrong.exitCode());
    assertEquals(
        "millwright: --set target: \"hot\" is not a number, which is expected\n", said(wrong));
    Console unknown = run("show", "HEAT", "--set", "x=1");
    assertEquals(
        "HEAT: parameter x: the recipe has no such parameter; it has target\n", said(unknown));
  }

  @Test
  void show_says_which_parameter_is_needed() throws IOException {
    recipe(
        "soak",
        "name = \"SOAK\"\nparameters.time.type = \"duration\"\n[[steps]]\nwait = \"{time}\"\n");
    Console show = run("show", "SOAK");
    assertEquals(Exit.OK, show.exitCode(), show.err());
    assertTrue(show.out().contains("takes     depends on time; give --set time=VALUE"), show.out());
    assertTrue(
        run("show", "SOAK", "--set", "time=30s").out().contains("takes     30s, at most 30s"));
  }

  @Test
  void what_is_not_there_is_said() {
    Console recipe = run("show", "HAET");
    assertEquals(Exit.NO_INPUT, recipe.exitCode());
    assertEquals("millwright: there is no recipe \"HAET\"; did you mean \"HEAT\"?\n", said(recipe));
    assertEquals(Exit.NO_INPUT, run("check", "--machine", "REACTOR-02").exitCode());
    assertEquals(Exit.CONFIG, run("show", "no/such.toml").exitCode());
  }
}
