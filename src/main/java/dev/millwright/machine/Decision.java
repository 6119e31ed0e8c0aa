package dev.millwright.machine;

/** What {@link Lifecycle} answers. */
public sealed interface Decision {

  /** The state changes. */
  record Accepted(Transition transition) implements Decision {}

  /**
   * The event cannot be, in this state.
   *
   * @param reason in a technician's words
   */
  record Refused(String reason) implements Decision {}

  /** The event brings nothing new: nothing is written. */
  record Unchanged() implements Decision {}
}
