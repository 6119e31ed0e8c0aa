package dev.millwright.consolidation;

import java.time.Instant;

/**
 * How far a phase is, by table millwright_phases.
 *
 * @param phase its name
 * @param state whether it is applied
 * @param appliedAt when; null unless applied
 * @param appliedBy the database user who applied it; null unless applied
 */
public record PhaseStatus(String phase, State state, Instant appliedAt, String appliedBy) {

  /** Whether a phase is applied. */
  public enum State {
    PENDING,
    APPLIED,
    /** Applied, but its apply.sql was another one then than it is now. */
    CHANGED,
    /** Applied, but this version knows no such phase: a newer one applied it. */
    UNKNOWN
  }
}
