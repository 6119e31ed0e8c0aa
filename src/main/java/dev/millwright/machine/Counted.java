package dev.millwright.machine;

/** What moves a machine's counter. */
public enum Counted {
  /** The start of a run: while a run lasts, the counter has counted it. */
  STARTED,
  /** The end of a run, however it ends: while a run lasts, the counter has not counted it yet. */
  COMPLETED
}
