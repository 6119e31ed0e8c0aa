package dev.millwright.bench;

import dev.millwright.bench.report.Series;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What contenders said, round by round: in each round all of them have their turn, beginning with
 * another one each time, so that what the host does meanwhile falls on all.
 */
final class Rounds {

  private final Map<String, Map<String, List<Double>>> said = new LinkedHashMap<>();

  /** Runs them all, and once more before to warm up. */
  static Rounds of(Run run, Map<String, Contender> contenders) throws Exception {
    return of(run, 1, run.rounds(), contenders);
  }

  /** The same with so many rounds before to warm up; none where all is warm already. */
  static Rounds of(Run run, int warmUps, int count, Map<String, Contender> contenders)
      throws Exception {
    Rounds rounds = new Rounds();
    List<String> turn = new ArrayList<>(contenders.keySet());
    for (int round = 1 - warmUps; round <= count; round++) {
      for (String label : turn) {
        Map<String, Double> values = contenders.get(label).round(round);
        run.say("  round %d, %s: %s", round, label, values);
        if (round > 0) {
          rounds.add(label, values);
        }
      }
      Collections.rotate(turn, -1);
    }
    return rounds;
  }

  private void add(String label, Map<String, Double> values) {
    Map<String, List<Double>> of = said.computeIfAbsent(label, unused -> new LinkedHashMap<>());
    values.forEach(
        (what, value) -> of.computeIfAbsent(what, unused -> new ArrayList<>()).add(value));
  }

  /** One contender's values of one thing. */
  Series of(String label, String what) {
    return new Series(label, said.get(label).get(what));
  }

  boolean has(String label) {
    return said.containsKey(label);
  }
}
