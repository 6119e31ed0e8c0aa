package dev.millwright.machine;

import java.util.List;

/**
 * What a sighting means.
 *
 * @param memory what to remember until the next one
 * @param occurrences the events to decide, in order; empty when the machine goes on as it was
 * @param note something odd that a technician should read; null when there is nothing
 */
public record Interpretation(Memory memory, List<Occurrence> occurrences, String note) {

  public Interpretation {
    occurrences = List.copyOf(occurrences);
  }
}
