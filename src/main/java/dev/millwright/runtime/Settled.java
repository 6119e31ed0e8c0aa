package dev.millwright.runtime;

import java.time.Instant;

/**
 * What became of the last attempt to write a transition to a machine's row.
 *
 * @param at when that was found
 * @param how the kind
 * @param words what there is to say of it; null where there is nothing
 */
public record Settled(Instant at, How how, String words) {

  /** The kinds. */
  public enum How {
    /** The row says so. */
    CONFIRMED,
    /** Somebody else had written the row, or it was restored: what waited is void. */
    CONFLICT,
    /** The database refuses its content; it is in quarantine. */
    REFUSED,
    /** There is no row, or what waits cannot be read; it is in quarantine. */
    GONE,
    /** Not now, for a reason that is this machine's alone; it is tried again. */
    WAITS
  }
}
