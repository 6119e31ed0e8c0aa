package dev.millwright.recipe;

/**
 * What happens when a step fails: a write is not done, or its time is over.
 *
 * @param retries how often the step is begun again first; 0 to {@link #MOST_RETRIES}
 * @param goesOn whether the next step then follows; else what the step is in fails: the repeat
 *     around it, or the run
 */
public record OnFailure(int retries, boolean goesOn) {

  /** More than any valve deserves. */
  public static final int MOST_RETRIES = 100;

  /** The default. */
  public static final OnFailure STOP = new OnFailure(0, false);

  public static final OnFailure GO_ON = new OnFailure(0, true);

  public OnFailure {
    if (retries < 0 || retries > MOST_RETRIES) {
      throw new IllegalArgumentException(
          "retry " + retries + " is not between 0 and " + MOST_RETRIES);
    }
  }

  @Override
  public String toString() {
    return goesOn ? "go on" : retries == 0 ? "stop" : "retry " + retries;
  }
}
