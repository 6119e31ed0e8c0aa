package dev.millwright.runtime;

import dev.millwright.journal.Known;
import dev.millwright.machine.Sighting;
import java.util.Objects;

/**
 * All that deciding on a machine goes on from. Moments without a name are on the monotonic clock,
 * in nanoseconds.
 *
 * @param at when this was so
 * @param known what is known after the last decision; null while there is no row
 * @param raw the state as the machine showed it last, for the log; null when never
 * @param problem why its data says nothing; null when all is well
 * @param left whether nobody watches it any more
 * @param lost when it was told to be lost, or else the start
 * @param gapSince since when a gap waits to be concluded upon; null when none does
 * @param unconfirmed what was seen last in that time; null when nothing
 * @param lastGood when good data was read last, or else the start
 * @param everGood whether there was good data since the start
 */
public record Snapshot(
    Moment at,
    Known known,
    String raw,
    String problem,
    boolean left,
    long lost,
    Long gapSince,
    Sighting unconfirmed,
    long lastGood,
    boolean everGood) {

  public Snapshot {
    Objects.requireNonNull(at, "at");
  }

  /**
   * Of a machine that has shown nothing since the start.
   *
   * @param known from before; null when nothing is
   */
  static Snapshot atStart(Moment at, Known known) {
    return new Snapshot(at, known, null, null, false, at.nanos(), null, null, at.nanos(), false);
  }
}
