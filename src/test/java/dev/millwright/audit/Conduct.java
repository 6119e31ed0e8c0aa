package dev.millwright.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a machine's link promises, and what was done to it, to its row and to the daemon.
 *
 * @param dated how long after the fact a transition that was seen may be dated
 * @param noticed how long the daemon may take to notice a fact, so that it can still miss one when
 *     a disturbance begins
 * @param staleAfter after so long without good data the machine is offline
 * @param disturbances in any order
 * @param settled moments at which the machines stood still and all was found to be told: whatever
 *     was disturbed before is over then
 * @param writes of others to the row
 */
public record Conduct(
    Duration dated,
    Duration noticed,
    Duration staleAfter,
    List<Disturbance> disturbances,
    List<Instant> settled,
    List<ForeignWrite> writes) {

  /**
   * A write of another writer that changed the row.
   *
   * @param seq which number the row got by it; null when the answer never came, so that it may have
   *     taken effect or not
   */
  public record ForeignWrite(Instant from, Instant to, Long seq) {}
}
