package dev.millwright.device.virtual;

import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a virtual machine behaves: the table {@code [virtual]} of its file.
 *
 * @param recipes what it runs, by chance; at least one
 * @param cycle how long a run takes, more or less, at speed 1; 100 ms to 24 h
 * @param pause how long it rests between runs, likewise
 * @param faults the share of runs that end in error; 0 to 1, together with {@code stops}
 * @param stops the share of runs that are stopped
 * @param component what fails
 * @param fault what is said of it
 * @param speed how many times as fast as described; 0.1 to 100
 * @param dwell no state is shorter, at any speed; 10 ms to 1 minute
 * @param seed of all that is left to chance
 * @param truth a file to which it appends what it does; null for none
 */
public record VirtualSettings(
    @Default("R1") List<String> recipes,
    @Default("20s") Duration cycle,
    @Default("10s") Duration pause,
    @Default("0.05") double faults,
    @Default("0.05") double stops,
    @Default("drive") String component,
    @Default("overload") String fault,
    @Default("1.0") double speed,
    @Default("300ms") Duration dwell,
    @Default("1") long seed,
    @Optional Path truth) {

  private static final Duration DAY = Duration.ofHours(24);

  public VirtualSettings {
    recipes = List.copyOf(recipes);
    Rules rules =
        new Rules()
            .require(!recipes.isEmpty(), "recipes", "a machine without recipes never runs")
            .within("cycle", cycle, Duration.ofMillis(100), DAY)
            .within("pause", pause, Duration.ofMillis(100), DAY)
            .within("faults", faults, 0, 1)
            .within("stops", stops, 0, 1)
            .require(!(faults + stops > 1), "stops", "faults and stops are together more than 1")
            .within("speed", speed, 0.1, 100)
            .within("dwell", dwell, Duration.ofMillis(10), Duration.ofMinutes(1))
            .name("component", component)
            .name("fault", fault);
    recipes.forEach(recipe -> rules.name("recipes", recipe));
    rules.check();
  }
}
