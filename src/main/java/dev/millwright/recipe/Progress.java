package dev.millwright.recipe;

import java.time.Duration;
import java.util.List;

/**
 * How far a run is.
 *
 * @param path the current step, such as {@code 3.2}; empty before the first and after the last
 * @param step its name, or what it does; empty likewise
 * @param completion how far the current step is, 0 to 1; 0 where its end is not known
 * @param done how many steps are done, those of repeats as often as they were repeated
 * @param total how many there are in all
 * @param iterations of the repeats around the current step, the outermost first
 * @param elapsed since the start
 * @param remaining how long it takes yet where no condition has to be waited for
 * @param held whether it is held
 * @param failures how many steps failed after which it went on, or that were begun again
 * @param lastFailure the last of them; null for none
 * @param overruns of the pulses
 */
public record Progress(
    String path,
    String step,
    double completion,
    long done,
    long total,
    List<Iteration> iterations,
    Duration elapsed,
    Duration remaining,
    boolean held,
    long failures,
    String lastFailure,
    Overruns.Figures overruns) {

  /**
   * Where a repeat is.
   *
   * @param current from 1
   * @param of how many
   */
  public record Iteration(long current, long of) {
    @Override
    public String toString() {
      return current + "/" + of;
    }
  }
}
