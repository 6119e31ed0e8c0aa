package dev.millwright.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.daemon.Wirings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An impossible recipe is told at start, not when somebody starts it. */
class RecipeChecksTest {

  private static final String MACHINE =
      """
      serial_number = "DOSE-01"
      protocol = "modbus-tcp"
      [modbus]
      host = "127.0.0.1"
      unit = 1
      [tags]
      state = { address = "holding:0", type = "uint16" }
      valve = { address = "coil:4" }
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  private static RecipeFile recipe(String name, String steps) throws ConfigException {
    String text = "name = \"" + name + "\"\n" + steps;
    return ConfigLoader.recipe(Path.of(name + ".toml"), text.getBytes(UTF_8));
  }

  private static List<String> said(String drive) throws ConfigException {
    return said(
        drive,
        recipe("DOSE", "[[steps]]\npulse = { tag = \"valve\", for = \"1s\" }\n"),
        recipe("HEAT", "[[steps]]\nset = { heater = 1, a = 1, b = 1, c = 1 }\n"));
  }

  private static List<String> said(String drive, RecipeFile... recipes) throws ConfigException {
    return saidOf(MACHINE, drive, recipes);
  }

  private static List<String> saidOf(String machine, String drive, RecipeFile... recipes)
      throws ConfigException {
    Path file = Path.of("dose-01.toml");
    MachineSettings settings =
        new ConfigLoader(Wirings.registry()).machine(machine, file, Map.of());
    Report report = new Report();
    RecipeChecks checks = new RecipeChecks(report);
    checks.add(TomlFile.read(file, machine + drive, report), settings);
    checks.check(List.of(recipes));
    List<String> said = new ArrayList<>();
    report.mistakes().forEach(mistake -> said.add(mistake.toString()));
    report.warnings().forEach(warning -> said.add("warning: " + warning));
    return said;
  }

  @Test
  void recipesThatAMachineNamesAreThereAndFit() throws ConfigException {
    assertEquals(List.of(), said("[drive]\nrecipes = [\"DOSE\"]\n"));
    assertEquals(
        List.of(
            "dose-01.toml:12: recipes: \"HEAT\" does not fit DOSE-01: HEAT.toml:3: step 1: set.a:"
                + " the machine has no tag \"a\"",
            "dose-01.toml:12: recipes: \"HEAT\" does not fit DOSE-01: HEAT.toml:3: step 1: set.b:"
                + " the machine has no tag \"b\"",
            "dose-01.toml:12: recipes: \"HEAT\" does not fit DOSE-01: HEAT.toml:3: step 1:"
                + " set.heater: the machine has no tag \"heater\"",
            "dose-01.toml:12: recipes: \"HEAT\" does not fit: 1 more; see millwright recipe check",
            "dose-01.toml:12: recipes: there is no recipe \"DOES\"; did you mean \"DOSE\"?"),
        said("[drive]\nrecipes = [\"DOSE\", \"DOES\", \"HEAT\"]\n").stream().sorted().toList());
  }

  @Test
  void whereNoneIsNamedOneHasToFit() throws ConfigException {
    assertEquals(List.of(), said("[drive]\n"));
    assertEquals(List.of(), said(""));
    assertEquals(
        List.of(
            "warning: dose-01.toml:11: no recipe fits DOSE-01; millwright recipe check says why"),
        said("[drive]\n", recipe("HEAT", "[[steps]]\nset = { heater = true }\n")));
  }

  /** Its file describes no tags; it has them nevertheless. */
  @Test
  void aVirtualMachineIsJudgedLikeAnyOther() throws ConfigException {
    String virtual = "serial_number = \"VIRT-01\"\nprotocol = \"virtual\"\n[virtual]\n";
    assertEquals(
        List.of(),
        saidOf(
            virtual,
            "[drive]\nrecipes = [\"DOSE\"]\n",
            recipe("DOSE", "[[steps]]\npulse = { tag = \"valve\", for = \"1s\" }\n")));
    assertEquals(
        List.of(
            "dose-01.toml:5: recipes: \"HEAT\" does not fit VIRT-01: HEAT.toml:3: step 1: set.heater:"
                + " the machine has no tag \"heater\"",
            "dose-01.toml:5: recipes: \"HEAT\" does not fit VIRT-01: HEAT.toml:3: step 1: set.mixer:"
                + " tag \"mixer\" is of type boolean, which does not suit 3",
            "dose-01.toml:5: recipes: \"HEAT\" does not fit VIRT-01: HEAT.toml:3: step 1: set.state:"
                + " tag \"state\" is only read, never written"),
        saidOf(
            virtual,
            "[drive]\nrecipes = [\"HEAT\"]\n",
            recipe("HEAT", "[[steps]]\nset = { heater = true, mixer = 3, state = 1 }\n")));
  }
}
