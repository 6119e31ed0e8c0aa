package dev.millwright.runtime;

/** In which order a link's thread writes what is due, over all of its machines. */
enum Urgency {
  /** A safe state, or a stop: before all else. */
  SAFE,
  /** The end of a pulse. */
  PULSE_END,
  /** What tells a machine's own controller that somebody steps it. */
  WATCHDOG,
  /** Whatever else a step or a command writes. */
  STEP
}
