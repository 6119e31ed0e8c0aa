package dev.millwright.machine;

import java.util.Objects;
import java.util.UUID;

/**
 * The command that has led to a transition, and what was done about it. Absent parts are null.
 *
 * @param command names it, as in table {@code recipe_commands}
 * @param operator who gave it; up to {@value #MAX_OPERATOR} characters
 * @param reason why, in that person's words; up to {@value #MAX_REASON} characters
 * @param recipeHash the version of the recipe that was run: the SHA-256 of its file, in hex
 * @param pulses how exact its pulses were; only at the end of a run
 */
public record Order(
    UUID command, String operator, String reason, String recipeHash, Pulses pulses) {

  public static final int MAX_OPERATOR = 100;

  public static final int MAX_REASON = 1_000;

  public Order {
    Objects.requireNonNull(command, "command");
    check("operator", operator, MAX_OPERATOR);
    check("reason", reason, MAX_REASON);
  }

  private static void check(String name, String text, int most) {
    if (text != null && text.length() > most) {
      throw new IllegalArgumentException(
          name + ": has " + text.length() + " characters, more than " + most);
    }
  }
}
