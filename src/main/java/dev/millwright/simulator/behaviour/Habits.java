package dev.millwright.simulator.behaviour;

import java.time.Duration;
import java.util.List;

/**
 * How a virtual machine tends to behave. Times are those at speed 1.
 *
 * @param machine its serial number
 * @param recipes the recipes that it picks from; where there is none, it does nothing by itself
 * @param cycle how long a run takes, more or less: each one takes 0.5 to 1.5 times as long
 * @param pause how long it rests between runs, likewise
 * @param faults the share of runs that end in a fault, 0 to 1
 * @param stops the share of runs that somebody stops, 0 to 1
 * @param component what fails
 * @param fault what the fault is
 * @param dwell the least time that any state lasts at any speed, so that a poller can see it
 * @param speed how many times as fast as real, more than 0
 */
public record Habits(
    String machine,
    List<String> recipes,
    Duration cycle,
    Duration pause,
    double faults,
    double stops,
    String component,
    String fault,
    Duration dwell,
    double speed) {

  public Habits {
    recipes = List.copyOf(recipes);
    if (faults < 0 || stops < 0 || faults + stops > 1) {
      throw new IllegalArgumentException(
          "faults: faults and stops are shares of all runs, together 0 to 1, not "
              + faults
              + " and "
              + stops);
    }
    if (!(speed > 0) || speed > 1000) {
      throw new IllegalArgumentException("speed: " + speed + " is not above 0 and up to 1000");
    }
  }
}
