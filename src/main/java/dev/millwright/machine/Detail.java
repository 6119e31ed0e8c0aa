package dev.millwright.machine;

/**
 * What is known of a transition besides the state: column {@code last_detail}. Absent parts are
 * null (or 0 or false) and are left out of the column.
 *
 * @param source who said so: {@code machine}, {@code daemon}
 * @param recipe the recipe of the run
 * @param batch the batch that the run is part of (ISA-88 batch id), for as long as the run lasts;
 *     up to {@value #MAX_BATCH} characters
 * @param reason in words
 * @param cycle the number of started runs up to and with this transition, on the machine's counter
 * @param missedRuns runs before this transition that the counter proves and nobody saw
 * @param inferred present when the transition was concluded after a gap, with its window
 * @param outcomeUnknown a run has ended and it is not known how
 * @param sameRun a start that goes on with a run that has been told before, and counts for none
 * @param voided how many undelivered transitions became void just before this one was decided
 * @param order the command that has led to it; null where none has
 */
public record Detail(
    String source,
    String recipe,
    String batch,
    String reason,
    Long cycle,
    long missedRuns,
    Window inferred,
    boolean outcomeUnknown,
    boolean sameRun,
    long voided,
    Order order) {

  /** How many characters the id of a batch has at most, here and in table recipe_commands. */
  public static final int MAX_BATCH = 100;

  /** The source of what a machine has shown. */
  public static final String MACHINE = "machine";

  /** The source of what the machine has not said: silence, and what another writer made up. */
  public static final String DAEMON = "daemon";

  public Detail {
    if (batch != null && batch.length() > MAX_BATCH) {
      throw new IllegalArgumentException(
          "a batch id has " + MAX_BATCH + " characters at most, not " + batch.length());
    }
  }

  /**
   * The detail of a transition that follows on the one decided before, and on no void ones; of no
   * batch.
   */
  public Detail(
      String source,
      String recipe,
      String reason,
      Long cycle,
      long missedRuns,
      Window inferred,
      boolean outcomeUnknown) {
    this(source, recipe, null, reason, cycle, missedRuns, inferred, outcomeUnknown, false, 0, null);
  }

  /** Whether the machine has said so. */
  public boolean isFromMachine() {
    return MACHINE.equals(source);
  }

  /** The same detail for a run that has ended and nobody knows how. */
  Detail withOutcomeUnknown() {
    return with(batch, true, sameRun, voided, order);
  }

  /** The same detail of a start that goes on with a run. */
  Detail withSameRun() {
    return with(batch, outcomeUnknown, true, voided, order);
  }

  /** The same detail after so many transitions became void. */
  Detail withVoided(long voided) {
    return with(batch, outcomeUnknown, sameRun, voided, order);
  }

  /** The same detail of a run that is part of this batch; null for none. */
  Detail withBatch(String batch) {
    return with(batch, outcomeUnknown, sameRun, voided, order);
  }

  /** The same detail of what this command has led to. */
  public Detail withOrder(Order order) {
    return with(batch, outcomeUnknown, sameRun, voided, order);
  }

  private Detail with(
      String batch, boolean outcomeUnknown, boolean sameRun, long voided, Order order) {
    return new Detail(
        source,
        recipe,
        batch,
        reason,
        cycle,
        missedRuns,
        inferred,
        outcomeUnknown,
        sameRun,
        voided,
        order);
  }
}
