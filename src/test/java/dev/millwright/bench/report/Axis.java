package dev.millwright.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A logarithmic axis: twice as much is the same distance everywhere.
 *
 * @param least the value at its begin, above 0
 * @param most the value at its end
 * @param from where it begins, in pixels
 * @param to where it ends
 */
record Axis(double least, double most, double from, double to) {

  /** Has room for all of these and some more; what is not above 0 is not on it. */
  static Axis over(Collection<Double> values, double from, double to) {
    List<Double> shown =
        values.stream().filter(value -> value > 0 && Double.isFinite(value)).toList();
    double least = shown.stream().mapToDouble(value -> value).min().orElse(1);
    double most = shown.stream().mapToDouble(value -> value).max().orElse(1);
    return new Axis(least / 1.3, most * 1.3, from, to);
  }

  double at(double value) {
    double share = Math.log(Math.max(value, least) / least) / Math.log(most / least);
    return from + share * (to - from);
  }

  /** Where it is marked: at 1, 2 and 5 of each power of ten; at the powers alone if it is long. */
  List<Double> marks() {
    int[] steps = most / least > 1000 ? new int[] {1} : new int[] {1, 2, 5};
    List<Double> marks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
      for (int step : steps) {
        double mark = step * Math.pow(10, power);
        if (mark >= least && mark <= most) {
          marks.add(mark);
        }
      }
    }
    return marks;
  }
}
