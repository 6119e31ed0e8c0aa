package dev.millwright.cli;

/** Exit codes, as in BSD's sysexits.h. */
final class Exit {
  static final int OK = 0;

  /**
   * {@code migrate verify}, {@code probe --once}, {@code start}: it worked, and the answer is no.
   */
  static final int DIFFERENT = 1;

  static final int USAGE = 64;
  static final int DATA = 65;
  static final int NO_INPUT = 66;
  static final int UNAVAILABLE = 69;
  static final int SOFTWARE = 70;
  static final int IO_ERROR = 74;

  /** {@code reload}: some of it has to wait. */
  static final int TRY_AGAIN = 75;

  static final int NO_PERMISSION = 77;
  static final int CONFIG = 78;

  private Exit() {}
}
