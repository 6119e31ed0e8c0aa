package dev.millwright.machine;

import java.util.List;

/**
 * What a sighting means.
 *
 * @param draft what to remember but for the process, which has its name only when it is decided
 * @param occurrences the events to decide, in order; empty when the machine goes on as it was
 * @param note something odd that a technician should read; null when there is nothing
 */
public record Interpretation(Memory draft, List<Occurrence> occurrences, String note) {

  public Interpretation {
    occurrences = List.copyOf(occurrences);
  }

  /**
   * What to remember until the next sighting.
   *
   * @param reached the state that deciding the occurrences has led to
   */
  public Memory memory(MachineState reached) {
    return occurrences.isEmpty() ? draft : draft.in(reached.processId());
  }
}
