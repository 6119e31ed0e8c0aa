package dev.millwright.machine;

/**
 * What is known of a transition besides the state: column {@code last_detail}. Absent parts are
 * null (or 0 or false) and are left out of the column.
 *
 * @param source who said so: {@code machine}, {@code daemon}
 * @param recipe the recipe of the run
 * @param reason in words
 * @param cycle the number of started runs up to and with this transition, on the machine's counter
 * @param missedRuns runs before this transition that the counter proves and nobody saw
 * @param inferred present when the transition was concluded after a gap, with its window
 * @param outcomeUnknown a run has ended and it is not known how
 */
public record Detail(
    String source,
    String recipe,
    String reason,
    Long cycle,
    long missedRuns,
    Window inferred,
    boolean outcomeUnknown) {

  /** The same detail for a run that has ended and nobody knows how. */
  Detail withOutcomeUnknown() {
    return new Detail(source, recipe, reason, cycle, missedRuns, inferred, true);
  }
}
