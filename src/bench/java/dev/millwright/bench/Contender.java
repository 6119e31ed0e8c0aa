package dev.millwright.bench;

import java.util.Map;

/** One of those that are compared. */
@FunctionalInterface
interface Contender {

  /**
   * Does its work once, and says how that went.
   *
   * @param round from 1 on; those before warm up, and what they say is not counted
   * @return values by what they are of, the same in each round
   */
  Map<String, Double> round(int round) throws Exception;
}
