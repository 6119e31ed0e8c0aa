package dev.millwright.runtime;

/** Takes by when a machine has to be looked at, whatever comes of it until then. */
@FunctionalInterface
interface Deadlines {

  /** Nobody looks by itself. */
  Deadlines NONE = moment -> {};

  /**
   * Somebody has to look by then; what was said before stands. Must not wait.
   *
   * @param moment on the monotonic clock, in nanoseconds
   */
  void by(long moment);
}
