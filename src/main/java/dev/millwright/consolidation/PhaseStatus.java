package dev.millwright.consolidation;

/**
 * How far a phase is, by table millwright_phases.
 *
 * @param phase its name
 * @param state whether it is applied
 * @param applied what is on record; null unless applied
 */
public record PhaseStatus(String phase, State state, AppliedPhase applied) {

  /** Whether a phase is applied. */
  public enum State {
    PENDING,
    APPLIED,
    /** Applied, but its apply.sql was another one then than it is now. */
    CHANGED,
    /** Applied, but this version knows no such phase: a newer one applied it. */
    UNKNOWN
  }

  static PhaseStatus of(String phase, String checksum, AppliedPhase applied) {
    if (applied == null) {
      return new PhaseStatus(phase, State.PENDING, null);
    } else if (checksum == null) {
      return new PhaseStatus(phase, State.UNKNOWN, applied);
    }
    boolean same = applied.checksum().equals(checksum);
    return new PhaseStatus(phase, same ? State.APPLIED : State.CHANGED, applied);
  }
}
