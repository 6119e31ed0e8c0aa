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

  private static final List<Double> LONG = List.of(1.0);
  private static final List<Double> USUAL = List.of(1.0, 2.0, 5.0);
  private static final List<Double> SHORT =
      List.of(1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);

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

  /**
   * Where it is marked: at 1, 2 and 5 of each power of ten; at the powers alone if it is long, and
   * more often if it is so short that it would have one mark or none.
   */
  List<Double> marks() {
    List<Double> marks = marks(most / least > 1000 ? LONG : USUAL);
    return marks.size() < 2 ? marks(SHORT) : marks;
  }

  private List<Double> marks(List<Double> steps) {
    List<Double> marks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
      for (double step : steps) {
        double mark = step * Math.pow(10, power);
        if (mark >= least && mark <= most) {
          marks.add(mark);
        }
      }
    }
    return marks;
  }
}
