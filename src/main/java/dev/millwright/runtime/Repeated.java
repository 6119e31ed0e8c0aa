package dev.millwright.runtime;

import dev.millwright.device.Observation;
import java.time.Instant;

/**
 * The last of the observations that showed nothing new, with its moment. What follows from it is
 * worked out when something else happens: of many in a row only the last makes a difference. It is
 * written over and over, as nearly all observations come here and are to cost no memory. Safe for
 * use by several threads, none of which keeps it for long.
 */
final class Repeated {

  private Observation observation;
  private long wallMillis;
  private long nanos;
  private long lastGood;

  /**
   * In place of the one before.
   *
   * @param wallMillis when it was observed, in milliseconds since 1970
   * @param nanos the same on the monotonic clock
   * @param lastGood as in {@link Glimpse}
   */
  synchronized void keep(Observation observation, long wallMillis, long nanos, long lastGood) {
    this.observation = observation;
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.lastGood = lastGood;
  }

  synchronized void clear() {
    observation = null;
  }

  /**
   * It, as it would have been observed; null when there is none.
   *
   * @param before what was seen before it, and shows the same; one who only looks may have an older
   */
  synchronized Input.Observed after(Glimpse before) {
    if (observation == null || before.at() == null) {
      return null;
    }
    // The fraction of the millisecond is not kept: time is not to go back for that.
    Instant wall = before.at().wall();
    boolean isSame = wall.toEpochMilli() == wallMillis;
    Moment at = new Moment(isSame ? wall : Instant.ofEpochMilli(wallMillis), nanos);
    return new Input.Observed(at, observation, false);
  }

  /** What was seen with it; what was seen before when there is none. */
  synchronized Glimpse over(Glimpse before) {
    Input.Observed last = after(before);
    return last == null
        ? before
        : new Glimpse(
            last.at(),
            last.observation(),
            before.raw(),
            before.conclusion(),
            before.problem(),
            lastGood,
            before.everGood());
  }
}
