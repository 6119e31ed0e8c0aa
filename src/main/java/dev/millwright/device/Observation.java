package dev.millwright.device;

import java.time.Duration;
import java.util.Map;

/**
 * A machine's tag values at one moment. It always holds every configured tag of the machine: one
 * that could not be read is there with {@link Quality#BAD} and the reason.
 *
 * @param machine the machine's serial number
 * @param values by tag name
 * @param ages how old the values are that are not of this moment but were carried over, by tag
 *     name; a value without an age was read or proven just now
 */
public record Observation(
    String machine, Map<String, TagValue> values, Map<String, Duration> ages) {

  public Observation {
    values = Map.copyOf(values);
    ages = Map.copyOf(ages);
  }

  /** All values are of this moment. */
  public Observation(String machine, Map<String, TagValue> values) {
    this(machine, values, Map.of());
  }

  /** How old a tag's value is; zero when it is of this moment. */
  public Duration age(String tag) {
    return ages.getOrDefault(tag, Duration.ZERO);
  }
}
