package dev.millwright.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Delays of one contender, round by round. */
final class Delays {

  private static final double NANOS_PER_MS = 1e6;

  private final List<List<Long>> rounds = new ArrayList<>();

  /** What follows belongs to another round. */
  void begin() {
    rounds.add(new ArrayList<>());
  }

  void add(long nanos) {
    rounds.get(rounds.size() - 1).add(nanos);
  }

  /** A quantile of each round, in milliseconds. */
  List<Double> each(double quantile) {
    return rounds.stream().map(round -> of(round, quantile)).toList();
  }

  /** A quantile of all rounds together, in milliseconds: for the rare ones. */
  List<Double> all(double quantile) {
    return List.of(of(rounds.stream().flatMap(List::stream).toList(), quantile));
  }

  /** The nearest rank, as no delay is made up. */
  private static double of(List<Long> delays, double quantile) {
    List<Long> sorted = new ArrayList<>(delays);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(quantile * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / NANOS_PER_MS;
  }
}
