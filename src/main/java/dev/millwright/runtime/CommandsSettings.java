package dev.millwright.runtime;

import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.time.Duration;

/**
 * Section {@code [commands]} of the configuration: how commands are taken from table
 * recipe_commands.
 *
 * @param timeToLive a command that is older is refused, as whoever gave it no longer expects it; 1
 *     s to 7 days, by the database server's clock
 * @param poll how often to look when nothing is heard of new commands, 100 ms to 1 min
 */
public record CommandsSettings(@Default("5m") Duration timeToLive, @Default("1s") Duration poll) {

  public CommandsSettings {
    new Rules()
        .within("time_to_live", timeToLive, Duration.ofSeconds(1), Duration.ofDays(7))
        .within("poll", poll, Duration.ofMillis(100), Duration.ofMinutes(1))
        .check();
  }
}
