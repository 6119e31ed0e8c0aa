package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.recipe.TagKind;
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
 * @param watchdog what tells the machine's own controller that it is stepped; null for nothing
 * @param timed the tags whose pulses the machine ends by itself, and how
 * @param panel what starts, stops and resets it on the spot; by kind of command
 */
public record DriveSettings(
    List<TagWrite> safe,
    Duration safeWithin,
    List<TagWrite> hold,
    Duration overrunLimit,
    List<String> recipes,
    Fault fault,
    Watchdog watchdog,
    Map<String, TagKind.Timed> timed,
    Map<Command.Kind, TagWrite> panel) {

  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(50);

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

  /**
   * What is written again and again while a run is under way.
   *
   * @param tag each time another value: a truth is toggled, a number counted
   * @param period how often, 50 ms to 1 min; a write that is later than that fails the run
   */
  public record Watchdog(String tag, Duration period) {}

  public DriveSettings {
    safe = List.copyOf(safe);
    hold = List.copyOf(hold);
    recipes = List.copyOf(recipes);
    panel = Map.copyOf(panel);
    timed = Map.copyOf(timed);
    Rules rules = new Rules();
    if (watchdog != null) {
      rules.within("watchdog.period", watchdog.period(), SHORTEST_PERIOD, Duration.ofMinutes(1));
    }
    timed.forEach(
        (tag, how) ->
            rules
                .within(
                    "timed." + tag + ".within",
                    how.within(),
                    Duration.ofMillis(1),
                    Duration.ofMinutes(1))
                .require(
                    !how.duration().equals(tag),
                    "timed." + tag + ".duration",
                    "is the output itself"));
    rules
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
