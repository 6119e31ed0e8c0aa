package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a machine is stepped through its recipes that has no controller of its own: the tables {@code
 * [drive]} and {@code [panel]} of its file.
 *
 * @param safe what to write, in order, so that nothing can happen; at least one
 * @param safeWithin how long that may take, 100 ms to 10 min; after it, the machine is in error
 * @param hold what to write when a run is held; empty for nothing
 * @param overrunLimit a pulse that ends later than that after its time fails the run, 1 ms to 1 min
 * @param recipes the names of those that it may run; empty for all that fit
 * @param fault by what the machine says that it has failed; null when it does not
 * @param panel what starts, stops and resets it on the spot; by kind of command
 */
public record DriveSettings(
    List<TagWrite> safe,
    Duration safeWithin,
    List<TagWrite> hold,
    Duration overrunLimit,
    List<String> recipes,
    Fault fault,
    Map<Command.Kind, TagWrite> panel) {

  public static final Duration SAFE_WITHIN = Duration.ofSeconds(5);
  public static final Duration OVERRUN_LIMIT = Duration.ofMillis(50);

  /**
   * By what a machine says that it has failed.
   *
   * @param tag shows it
   * @param values the values that mean a fault, as text
   * @param text the tag that says what is wrong; null for none
   */
  public record Fault(String tag, List<String> values, String text) {
    public Fault {
      values = List.copyOf(values);
    }
  }

  public DriveSettings {
    safe = List.copyOf(safe);
    hold = List.copyOf(hold);
    recipes = List.copyOf(recipes);
    panel = Map.copyOf(panel);
    new Rules()
        .require(
            !safe.isEmpty(),
            "safe",
            "is empty: without a safe state the machine would be left as it is when a run ends"
                + " before its time")
        .require(
            safe.size() <= CommandSettings.MOST_WRITES
                && hold.size() <= CommandSettings.MOST_WRITES,
            "safe",
            "more than " + CommandSettings.MOST_WRITES + " values")
        .within("safe_within", safeWithin, Duration.ofMillis(100), Duration.ofMinutes(10))
        .within("overrun_limit", overrunLimit, Duration.ofMillis(1), Duration.ofMinutes(1))
        .check();
  }
}
