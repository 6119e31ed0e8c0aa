package dev.millwright.bench.report;

import java.util.List;

/**
 * The middle of some values, and how far they lie from it.
 *
 * @param median the middle one; of an even number the mean of the two
 * @param deviation the median absolute deviation from it
 * @param count how many there are
 */
record Spread(double median, double deviation, int count) {

  static Spread of(List<Double> values) {
    double median = median(values);
    return new Spread(
        median,
        median(values.stream().map(value -> Math.abs(value - median)).toList()),
        values.size());
  }

  /** As on the page; a single value lies nowhere around itself. */
  String text() {
    return Numbers.text(median) + (count == 1 ? "" : " ± " + Numbers.text(deviation));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
