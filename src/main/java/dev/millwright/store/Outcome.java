package dev.millwright.store;

/**
 * What became of a transition.
 *
 * @param kind whether it took effect
 * @param why the reason when it did not, for a technician; else null
 */
public record Outcome(Kind kind, String why) {

  /** Whether a transition took effect. */
  public enum Kind {
    /** Now. */
    WRITTEN,
    /** Earlier: it is in the history, though nobody was told. */
    ALREADY,
    /**
     * No: the row does not show what it follows on. Load the row and decide again; what else waits
     * for that machine has lost its base too.
     */
    CONFLICT,
    /** No: the database refuses its content, and would again. */
    REFUSED,
    /**
     * Not yet: another session keeps the row locked, or writing this row alone fails for a reason
     * that is not in the values; or a transition of the same machine before it in the batch waits
     * for that. Send it again later.
     */
    LATER,
    /**
     * No, and nothing is known of it: statements for other rows took all the time that there was.
     */
    UNTRIED
  }

  static final Outcome WRITTEN = new Outcome(Kind.WRITTEN, null);
  static final Outcome ALREADY = new Outcome(Kind.ALREADY, null);
  static final Outcome MOVED_ON =
      new Outcome(
          Kind.CONFLICT,
          "the row shows another last transition, or is gone: someone else wrote it");
  static final Outcome BASE_LOST =
      new Outcome(
          Kind.CONFLICT, "not tried: an earlier transition of this machine was not written");

  static final Outcome UNTRIED =
      new Outcome(Kind.UNTRIED, "not tried: several rows before it took too long");

  static final Outcome LOCKED =
      new Outcome(
          Kind.LATER, "another session keeps the row locked (pg_blocking_pids names it); waiting");

  /** What is the matter with the row of one machine only, in the server's words. */
  static Outcome troubled(String words) {
    return new Outcome(Kind.LATER, "the row cannot be written: " + words + "; trying again");
  }

  static Outcome refused(String why) {
    return new Outcome(Kind.REFUSED, why);
  }

  /** Whether the transition is in the table, so that the next one can follow on it. */
  public boolean stands() {
    return kind == Kind.WRITTEN || kind == Kind.ALREADY;
  }
}
