package dev.millwright.recipe;

/** What a run does next. */
public sealed interface Action {

  /**
   * Write a value, and say what became of it by {@link Sequencer#written}.
   *
   * @param tag the tag's name
   * @param value a {@link Boolean}, {@link Long}, {@link Double} or {@link String}
   * @param endsPulse whether it switches a pulse off, which nothing may delay
   */
  record Write(String tag, Object value, boolean endsPulse) implements Action {}

  /**
   * Nothing, before that moment or before something new is seen of the machine.
   *
   * @param until on the monotonic clock, ns; to be compared by difference only
   * @param endsPulse whether a pulse is to be switched off at that moment
   */
  record Await(long until, boolean endsPulse) implements Action {}

  /** Nothing, until {@link Sequencer#unhold}. */
  record Held() implements Action {}

  /** Nothing more: all steps are done. */
  record Complete() implements Action {}

  /**
   * Nothing more but the machine's safe state.
   *
   * @param reason the step and what went wrong with it
   */
  record Fail(String reason) implements Action {}
}
