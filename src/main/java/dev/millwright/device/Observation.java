package dev.millwright.device;

import java.util.Map;

/**
 * A machine's tag values at one moment. It always holds every configured tag of the machine: one
 * that could not be read is there with {@link Quality#BAD} and the reason.
 *
 * @param machine the machine's serial number
 * @param values by tag name
 */
public record Observation(String machine, Map<String, TagValue> values) {

  public Observation {
    values = Map.copyOf(values);
  }
}
