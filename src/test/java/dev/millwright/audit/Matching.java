package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which row tells which step of the truth: by event and cycle, which no two steps of a machine have
 * in common. A row that tells no cycle, as the counter was in doubt, has that of its process; where
 * no row of the process tells one, it is the run after the last one told. A row without a process,
 * such as a reset, has that of the last run told.
 */
final class Matching {

  private static final int NONE = -1;

  private final List<Step> truth;
  private final int[] stepOfRow;
  private final int[] rowOfStep;

  Matching(List<Step> truth, List<Transition> rows) {
    this.truth = truth;
    this.stepOfRow = new int[rows.size()];
    this.rowOfStep = new int[truth.size()];
    Arrays.fill(rowOfStep, NONE);
    Map<String, Integer> steps = new HashMap<>();
    for (int i = 1; i < truth.size(); i++) {
      String event = truth.get(i).eventAfter(truth.get(i - 1));
      if (event != null) {
        steps.put(event + truth.get(i).cycle(), i);
        if (truth.get(i - 1).state().equals("processing")) {
          steps.put("end" + truth.get(i).cycle(), i);
        }
      }
    }
    List<Long> cycles = cycles(rows);
    for (int k = 0; k < rows.size(); k++) {
      Transition row = rows.get(k);
      String event = row.unknown() ? "end" : row.event();
      stepOfRow[k] = row.external() ? NONE : steps.getOrDefault(event + cycles.get(k), NONE);
      if (stepOfRow[k] != NONE && rowOfStep[stepOfRow[k]] == NONE) {
        rowOfStep[stepOfRow[k]] = k;
      }
    }
  }

  /** The cycle of each row; null where no row lets it be known. */
  private static List<Long> cycles(List<Transition> rows) {
    Map<String, Long> ofProcess = new HashMap<>();
    for (Transition row : rows) {
      if (row.process() != null) {
        ofProcess.putIfAbsent(row.process(), row.cycle());
      }
    }
    List<Long> cycles = new ArrayList<>();
    Long last = null;
    for (Transition row : rows) {
      if (row.event().equals("start") && last != null) {
        ofProcess.putIfAbsent(row.process(), last + row.missedRuns() + 1);
      }
      Long ofRun = row.process() == null ? last : ofProcess.get(row.process());
      Long cycle = row.cycle() == null ? ofRun : row.cycle();
      cycles.add(cycle);
      last = row.external() || cycle == null ? last : cycle;
    }
    return cycles;
  }

  /** The step that this row tells; null where truth has none. */
  Step step(int row) {
    return stepOfRow[row] == NONE ? null : truth.get(stepOfRow[row]);
  }

  /** The step after the one that this row tells; null where there is none. */
  Step stepAfter(int row) {
    int next = stepOfRow[row] + 1;
    return stepOfRow[row] == NONE || next == truth.size() ? null : truth.get(next);
  }

  /** Whether a row before this one tells the same. */
  boolean again(int row) {
    return stepOfRow[row] != NONE && rowOfStep[stepOfRow[row]] != row;
  }

  /** Whether some row tells this step. */
  boolean told(int step) {
    return rowOfStep[step] != NONE;
  }
}
