package dev.millwright.device;

import java.util.Objects;

/**
 * What became of a write.
 *
 * @param write what was to be written
 * @param outcome what is known of it
 * @param why the reason for a technician, in the protocol's words where it has some; null exactly
 *     when it is done
 */
public record Written(TagWrite write, Outcome outcome, String why) {

  /** What is known of a write. */
  public enum Outcome {
    /** The machine has confirmed it. */
    DONE,
    /** The machine said no, or it was never sent as the tag does not take such a value. */
    REFUSED,
    /** It was sent, and what came does not tell whether it happened. Nobody tries it again. */
    UNKNOWN,
    /** It was not sent. */
    NOT_TRIED
  }

  public Written {
    Objects.requireNonNull(write, "write");
    Objects.requireNonNull(outcome, "outcome");
    if ((why == null) != (outcome == Outcome.DONE)) {
      throw new IllegalArgumentException(
          "a reason is absent exactly when it is done: why=" + why + ", " + outcome);
    }
  }

  /** The machine has confirmed it. */
  public static Written done(TagWrite write) {
    return new Written(write, Outcome.DONE, null);
  }

  /** The machine does not take it. */
  public static Written refused(TagWrite write, String why) {
    return new Written(write, Outcome.REFUSED, why);
  }

  /** Nobody knows. */
  public static Written unknown(TagWrite write, String why) {
    return new Written(write, Outcome.UNKNOWN, why);
  }

  /** It was not sent. */
  public static Written notTried(TagWrite write, String why) {
    return new Written(write, Outcome.NOT_TRIED, why);
  }
}
