package dev.millwright.bench.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One thing that was measured.
 *
 * @param name what it is; figures of a section that differ only in where they were measured have
 *     the same name, and make a curve
 * @param at where it was measured, such as the number of machines; null when there is no such
 *     number
 * @param unit of the values, such as "ms"
 * @param ours Millwright's values
 * @param other those of the rival or of the floor, from the same rounds; null when it is measured
 *     alone
 * @param limits what is to be reached; may be empty
 */
public record Figure(
    String name, Double at, String unit, Series ours, Series other, List<Limit> limits) {

  public Figure {
    limits = List.copyOf(limits);
    if (other != null && other.rounds().size() != ours.rounds().size()) {
      throw new IllegalArgumentException(
          name + ": " + ours.rounds().size() + " rounds against " + other.rounds().size());
    }
    if (other == null && limits.stream().anyMatch(limit -> limit.what() == Limit.What.RATIO)) {
      throw new IllegalArgumentException(name + ": a ratio is limited, and there is none");
    }
  }

  /** Ours against another's. */
  public static Figure of(String name, String unit, Series ours, Series other, Limit... limits) {
    return new Figure(name, null, unit, ours, other, List.of(limits));
  }

  /** Ours alone. */
  public static Figure alone(String name, String unit, Series ours, Limit... limits) {
    return of(name, unit, ours, null, limits);
  }

  /** The same at a point of a curve. */
  public Figure at(double where) {
    return new Figure(name, where, unit, ours, other, limits);
  }

  /** The name, and where it was measured. */
  String label() {
    return name + (at == null ? "" : ", " + Numbers.text(at));
  }

  /**
   * Ours divided by the other's, round by round; empty when there is no other, and not finite where
   * the other's is 0.
   */
  List<Double> ratios() {
    return other == null
        ? List.of()
        : IntStream.range(0, ours.rounds().size())
            .mapToObj(i -> ours.rounds().get(i) / other.rounds().get(i))
            .toList();
  }

  Spread ratio() {
    return Spread.of(ratios());
  }
}
