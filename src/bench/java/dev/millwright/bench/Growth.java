package dev.millwright.bench;

import java.util.Map;

/**
 * The straight line that lies nearest to some points (least squares).
 *
 * @param each how much one more costs
 * @param first where the line begins, at none
 * @param farthest the largest distance of a point from the line, as a share of the largest cost
 */
record Growth(double each, double first, double farthest) {

  /**
   * Of two points at least.
   *
   * @param costs by how many there are
   */
  static Growth of(Map<Integer, Double> costs) {
    double meanCount = costs.keySet().stream().mapToInt(count -> count).average().orElseThrow();
    double meanCost = costs.values().stream().mapToDouble(cost -> cost).average().orElseThrow();
    double both = 0;
    double counts = 0;
    for (Map.Entry<Integer, Double> point : costs.entrySet()) {
      double count = point.getKey() - meanCount;
      both += count * (point.getValue() - meanCost);
      counts += count * count;
    }
    double each = both / counts;
    double first = meanCost - each * meanCount;
    double distance =
        costs.entrySet().stream()
            .mapToDouble(point -> Math.abs(point.getValue() - first - each * point.getKey()))
            .max()
            .orElseThrow();
    double most = costs.values().stream().mapToDouble(cost -> cost).max().orElseThrow();
    return new Growth(each, first, most == 0 ? 0 : distance / most);
  }
}
