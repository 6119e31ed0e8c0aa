package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import java.time.Duration;

/**
 * Hears of what happens, to count it. Called by the threads that do the work, several at once: what
 * it does takes no time, waits for nobody and never throws.
 */
public interface Meter {

  /** Counts nothing. */
  Meter NONE = new Meter() {};

  /** A transition was decided, and is on the disk. */
  default void decided(String machine, Transition transition) {}

  /**
   * The database has confirmed a transition that the machine has shown and that was seen.
   *
   * @param latency since the moment of what was observed, 0 or more; the clocks of two hosts may be
   *     in it
   */
  default void delivered(String machine, Duration latency) {}

  /** The row was not as this daemon had left it: somebody else has written it. */
  default void conflict(String machine) {}

  /** What was read of a machine does not say what it does: a value is bad, or makes no sense. */
  default void unreadable(String machine) {}

  /** A link could not be opened, or broke. */
  default void linkFailed(String link) {}

  /** A command has ended, whichever way it came. */
  default void ended(String machine, Command command, CommandResult result) {}

  /**
   * A pulse was switched off.
   *
   * @param overrun how much later than due, 0 or more
   */
  default void pulse(String machine, Duration overrun) {}

  /** A machine's safe state was not confirmed within its time. It is tried on. */
  default void unsafe(String machine) {}
}
