package dev.millwright.runtime;

import dev.millwright.device.Observation;
import java.time.Duration;

/**
 * What a machine has shown last, and what was made of it.
 *
 * @param at when that was; null when nothing was read since the start
 * @param observation all that was read then; null when nothing was
 * @param raw the state as the machine showed it last in good data; null when never
 * @param conclusion what came of it, in words
 * @param problem why its data says nothing now; null when all is well
 * @param lastGood when good data was read last, on the monotonic clock, in nanoseconds, or else the
 *     start
 * @param everGood whether there was good data since the start
 */
public record Glimpse(
    Moment at,
    Observation observation,
    String raw,
    Conclusion conclusion,
    String problem,
    long lastGood,
    boolean everGood) {

  /** What comes of an observation. */
  public enum Conclusion {
    /** Nothing was observed yet. */
    NOTHING_SEEN("nothing was read from the machine since the daemon's start"),
    /** See the problem. */
    UNUSABLE("what was read says nothing of the machine's state"),
    /** A value from before. */
    OUTDATED("what was read is from before the machine was told to be lost"),
    /** There is no row. */
    NO_ROW("no row of the machine is known yet, so nothing can be decided"),
    /** See {@link RefusalPause}. */
    HELD("the database has refused a transition, and the daemon pauses before it tries again"),
    /** See {@link Confirmation}. */
    UNCONFIRMED("the machine was found again, and has to show the same once more"),
    /** The journal is full, or fails. */
    NOT_KEPT("something was decided, but the journal could not keep it, so it does not count"),
    /** It shows what is known. */
    UNCHANGED("the machine shows what is known already"),
    /** There were transitions. */
    DECIDED("a transition was decided"),
    /** An event does not suit the state. */
    REFUSED("what the machine shows does not suit the state in which it was");

    private final String words;

    Conclusion(String words) {
      this.words = words;
    }

    /** In words for a technician. */
    public String words() {
      return words;
    }
  }

  /** How old the last good data is; null when there was none since the start. */
  Duration age(long now) {
    return everGood ? Duration.ofNanos(Math.max(0, now - lastGood)) : null;
  }
}
