package dev.millwright.runtime;

import java.time.Instant;
import java.util.List;

/**
 * What a daemon knows at one moment.
 *
 * @param at that moment
 * @param machines in the order of the configuration
 * @param database how it fares
 * @param journalTrouble why the journal cannot be asked; null when it can
 */
public record Overview(
    Instant at, List<MachineSnapshot> machines, DatabaseSnapshot database, String journalTrouble) {

  public Overview {
    machines = List.copyOf(machines);
  }
}
