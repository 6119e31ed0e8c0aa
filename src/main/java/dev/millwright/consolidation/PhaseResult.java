package dev.millwright.consolidation;

import java.util.List;

/**
 * What was done with a phase.
 *
 * @param phase its name
 * @param done what was done
 * @param notes what else a person should know of it
 */
public record PhaseResult(String phase, Done done, List<String> notes) {

  /** What was done. */
  public enum Done {
    APPLIED,
    /** Nothing: it was applied before. */
    ALREADY_APPLIED,
    /** Nothing: it was applied before with another apply.sql, and verify.sql is content with it. */
    APPLIED_DIFFERENTLY,
    ROLLED_BACK,
    /** Nothing: it was not applied. */
    NOT_APPLIED
  }

  PhaseResult(String phase, Done done) {
    this(phase, done, List.of());
  }
}
