package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How each run in a history has ended, counted again to be held against view process_runs. */
final class Outcomes {

  private Outcomes() {}

  /**
   * How many runs have each outcome; inferred ones say so.
   *
   * @param status of the machine's row
   */
  static Map<String, Integer> of(List<Transition> rows, String status) {
    Map<String, Integer> outcomes = new HashMap<>();
    Map<String, Integer> last = new LinkedHashMap<>();
    Map<String, Transition> first = new HashMap<>();
    for (int k = 0; k < rows.size(); k++) {
      Transition row = rows.get(k);
      if (row.process() != null && row.to().equals("processing")) {
        first.putIfAbsent(row.process(), row);
        last.put(row.process(), k);
      }
    }
    last.forEach(
        (process, k) -> {
          Transition end = end(rows, process, k);
          boolean inferred = first.get(process).inferred() || (end != null && end.inferred());
          String outcome = end == null ? open(rows, k, status) : outcome(process, end);
          outcomes.merge(outcome + (inferred ? ", inferred" : ""), 1, Integer::sum);
        });
    return outcomes;
  }

  private static Transition end(List<Transition> rows, String process, int last) {
    return rows.stream()
        .skip(last + 1L)
        .filter(row -> !row.to().equals("offline") || !process.equals(row.process()))
        .findFirst()
        .orElse(null);
  }

  /** A run that is not seen is not said to be running. */
  private static String open(List<Transition> rows, int last, String status) {
    return last == rows.size() - 1 && status.equals("processing") ? "running" : "unknown";
  }

  private static String outcome(String process, Transition end) {
    if (end.unknown() || !process.equals(end.process())) {
      return "unknown";
    }
    return switch (end.event()) {
      case "complete" -> "completed";
      case "stop" -> "stopped";
      case "error" -> "failed";
      default -> "unknown";
    };
  }
}
