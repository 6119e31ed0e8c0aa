package dev.millwright.device;

import java.util.Map;

/**
 * A machine's tag values at one moment. It always holds every configured tag of the machine: one
 * that could not be read is there with {@link Quality#BAD} and the reason.
 *
 * @param machine the machine's serial number
 * @param values by tag name
 * @param ages how old the values are, by tag name; one without an age was read or proven just now
 */
public record Observation(String machine, Map<String, TagValue> values, Map<String, Age> ages) {

  public Observation {
    values = Map.copyOf(values);
    ages = ages instanceof AgeOfAll ? ages : Map.copyOf(ages);
  }

  /** All values are so old. */
  public Observation(String machine, Map<String, TagValue> values, Age age) {
    this(machine, Map.copyOf(values), new AgeOfAll(Map.copyOf(values).keySet(), age));
  }

  /** All values are of this moment. */
  public Observation(String machine, Map<String, TagValue> values) {
    this(machine, values, Map.of());
  }

  /** How old a tag's value is. */
  public Age age(String tag) {
    return ages.getOrDefault(tag, Age.NONE);
  }
}
