package dev.millwright.machine;

/** What a machine shows of itself: the keys of {@code [lifecycle] state} in its configuration. */
public enum Shown {
  /** Ready for a start. */
  IDLE,
  /** A recipe runs. */
  PROCESSING,
  /** A run has ended as planned and the machine still says so. */
  COMPLETE,
  /** A run was stopped before its end and the machine still says so. */
  STOPPED,
  /** A fault. */
  ERROR;

  /** Whether it says how a run has ended that is no longer there. */
  boolean isEnd() {
    return this == COMPLETE || this == STOPPED;
  }
}
