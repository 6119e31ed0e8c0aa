package dev.millwright.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of a machine of valves that is stepped through a recipe, and what that writes. */
final class RecipeCell {

  static final String MACHINE = "CELL-01";
  static final String RECIPE = "R42";

  static final List<String> COILS = List.of("valve_1", "valve_2", "heater", "done");

  /** What the safe state writes. */
  static final List<String> SAFE =
      List.of("valve_1=false", "valve_2=false", "heater=false", "done=false");

  private static final int ROUNDS = 3;

  /** What a whole run writes, in this order. */
  static final List<String> STEPS = steps();

  /** What is written at the end of a run and nowhere else: its last step, or by the safe state. */
  static final Set<String> ENDS = Set.of(STEPS.get(STEPS.size() - 1), "heater=false");

  // The limits are wide, as it is not the times that are judged here but the order.
  private static final String FILE =
      """
      serial_number = "%s"
      protocol = "modbus-tcp"
      register = true
      stale_after = "5s"
      [modbus]
      host = "127.0.0.1"
      port = %d
      unit = 1
      poll = "50ms"
      timeout = "2s"
      [tags]
      valve_1 = { address = "coil:0" }
      valve_2 = { address = "coil:1" }
      heater = { address = "coil:2" }
      done = { address = "coil:3" }
      [drive]
      safe = [
        { tag = "valve_1", value = false },
        { tag = "valve_2", value = false },
        { tag = "heater", value = false },
        { tag = "done", value = false },
      ]
      safe_within = "30s"
      overrun_limit = "10s"
      """;

  private static final String RECIPE_FILE =
      """
      name = "%s"
      [[steps]]
      name = "heat"
      set = { heater = true }
      [[steps]]
      name = "dose"
      repeat = %d
        [[steps.steps]]
        name = "first"
        pulse = { tag = "valve_1", for = "60ms" }
        [[steps.steps]]
        name = "closed"
        until = { tag = "valve_1", equals = false, within = "20s" }
        [[steps.steps]]
        name = "second"
        pulse = { tag = "valve_2", for = "30ms" }
      [[steps]]
      name = "tell"
      set = { done = true }
      """;

  private RecipeCell() {}

  private static List<String> steps() {
    List<String> steps = new ArrayList<>(List.of("heater=true"));
    for (int i = 0; i < ROUNDS; i++) {
      steps.addAll(List.of("valve_1=true", "valve_1=false", "valve_2=true", "valve_2=false"));
    }
    steps.add("done=true");
    return List.copyOf(steps);
  }

  /**
   * Writes the machine's and the recipe's file.
   *
   * @param folder of the main file
   * @param port of the machine
   */
  static void write(Path folder, int port) throws Exception {
    Files.createDirectories(folder.resolve("machines"));
    Files.createDirectories(folder.resolve("recipes"));
    Files.writeString(folder.resolve("machines/cell-01.toml"), FILE.formatted(MACHINE, port));
    Files.writeString(folder.resolve("recipes/r42.toml"), RECIPE_FILE.formatted(RECIPE, ROUNDS));
  }
}
