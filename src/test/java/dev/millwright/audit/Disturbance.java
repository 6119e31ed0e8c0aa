package dev.millwright.audit;

import java.time.Duration;
import java.time.Instant;

/**
 * Something that was done and that bears on what can be known of a machine; a database that is away
 * is none, as it excuses delay and nothing else.
 *
 * @param kind what it takes away
 * @param what in words
 * @param from when it began at the earliest
 * @param to when it was over at the latest; null while it goes on
 * @param offset how far the daemon's wall clock was ahead; zero unless the kind is {@link
 *     Kind#CLOCK}
 */
public record Disturbance(Kind kind, String what, Instant from, Instant to, Duration offset) {

  /** What a disturbance takes away. */
  public enum Kind {
    /** Nothing good comes from the machine: it must be said to be offline in time. */
    BLIND,
    /** What comes from the machine may be held up or damaged. */
    HURT,
    /** The daemon decides nothing: it is dead, stands still, or has no room on its disk. */
    AWAY,
    /** The daemon's wall clock is wrong. */
    CLOCK
  }

  public static Disturbance of(Kind kind, String what, Instant from, Instant to) {
    return new Disturbance(kind, what, from, to, Duration.ZERO);
  }

  boolean is(Kind other) {
    return kind == other;
  }

  /** Its end; the end of all time while it goes on. */
  Instant end() {
    return to == null ? Instant.MAX : to;
  }

  boolean overlaps(Instant start, Instant end) {
    return !from.isAfter(end) && !end().isBefore(start);
  }
}
