package dev.millwright.trace;

/** A trace cannot be read from here on. What was before is sound. */
public final class TraceException extends Exception {

  private static final long serialVersionUID = 1L;

  private final long line;

  TraceException(long line, String why) {
    super("line " + line + ": " + why);
    this.line = line;
  }

  TraceException(long line, String why, Throwable cause) {
    super("line " + line + ": " + why, cause);
    this.line = line;
  }

  /** The first line that cannot be used, from 1. */
  public long line() {
    return line;
  }
}
