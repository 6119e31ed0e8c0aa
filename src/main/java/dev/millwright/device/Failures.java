package dev.millwright.device;

/**
 * How often in a row something that is asked again and again has not answered. What failed more
 * than once is worth asking less often, so that it does not take a shared line from the others.
 */
public final class Failures {

  private int inARow;
  private long failedAt;
  private String problem;

  /** It has answered. */
  public void answered() {
    inARow = 0;
    problem = null;
  }

  /**
   * It has not.
   *
   * @param now in nanoseconds, on any clock that does not go back
   */
  public void failed(String why, long now) {
    inARow++;
    failedAt = now;
    problem = why;
  }

  /** Whether it has not answered when it was asked last; that answer may still come. */
  public boolean any() {
    return inARow > 0;
  }

  /** Whether it failed more than once in a row. */
  public boolean repeated() {
    return inARow > 1;
  }

  /** When it failed last. */
  public long failedAt() {
    return failedAt;
  }

  /** Whether it failed more than once in a row, the last time less than so long ago. */
  public boolean rests(long nanos, long now) {
    return repeated() && now - failedAt < nanos;
  }

  /** Why it failed last; null when it has answered. */
  public String problem() {
    return problem;
  }
}
