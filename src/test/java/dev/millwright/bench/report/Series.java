package dev.millwright.bench.report;

import java.util.List;

/**
 * One contender's values of a figure.
 *
 * @param label who it is, such as "two UPDATEs"
 * @param rounds a value for each round, in their order; finite
 */
public record Series(String label, List<Double> rounds) {

  public Series {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty() || !rounds.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(label + ": not at least one finite value: " + rounds);
    }
  }

  Spread spread() {
    return Spread.of(rounds);
  }

  double median() {
    return spread().median();
  }
}
