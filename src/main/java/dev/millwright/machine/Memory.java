package dev.millwright.machine;

import java.time.Instant;

/**
 * What the interpreter remembers of a machine between two sightings.
 *
 * @param shown what it showed last; null after a gap, that is at start and after a lost link
 * @param runs how many started runs are accounted for, on the machine's own counter; null while the
 *     counter was never seen
 * @param counter the machine's counter as it was seen last; null when never
 * @param recipe the recipe of the present or last run; null when not known
 * @param lastContact when good data was seen last; null when never
 * @param agreedAt when counter and accounted runs agreed last; null when never
 * @param differsSince since when, on the monotonic clock in nanoseconds, they have differed without
 *     a gap; null while they agree
 */
public record Memory(
    Shown shown,
    Long runs,
    Long counter,
    String recipe,
    Instant lastContact,
    Instant agreedAt,
    Long differsSince) {

  /** A machine of which only its row is known. */
  public static Memory ofRow(Long runs, String recipe, Instant lastContact) {
    return new Memory(null, runs, null, recipe, lastContact, lastContact, null);
  }

  /** The same after the link was lost: what the machine showed last no longer counts. */
  public Memory afterGap() {
    return new Memory(null, runs, counter, recipe, lastContact, agreedAt, null);
  }
}
