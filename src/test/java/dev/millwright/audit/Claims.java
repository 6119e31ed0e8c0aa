package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Nothing is in the history that truth does not have: each row is held against the machine. */
final class Claims {

  /** After another writer it takes so many rows at most to come back to what the machine shows. */
  private static final int CORRECTIONS = 3;

  private final List<Step> truth;
  private final List<Transition> rows;
  private final Matching matching;
  private final Zones zones;
  private final WallClock clock;
  private final Conduct conduct;
  private final Consumer<Problem> problems;

  Claims(Evidence evidence, Conduct conduct, Consumer<Problem> problems) {
    this.truth = evidence.truth();
    this.rows = evidence.rows();
    this.matching = evidence.matching();
    this.zones = evidence.zones();
    this.clock = evidence.clock();
    this.conduct = conduct;
    this.problems = problems;
  }

  void check() {
    for (int k = 0; k < rows.size(); k++) {
      Transition row = rows.get(k);
      if (row.external()) {
        continue;
      }
      if (row.inferred()) {
        checkWindow(k);
      }
      if (row.event().equals("link_lost")) {
        checkLost(row);
      } else if (row.found()) {
        checkFound(k);
      } else {
        checkTold(k);
      }
    }
  }

  /** I4: what was concluded says when it must have happened, and something was the matter then. */
  private void checkWindow(int k) {
    Transition row = rows.get(k);
    Duration slack = clock.slack(row.after(), row.before());
    if (row.before() == null || (row.after() == null && k > 0)) {
      problem(row, "is inferred without a whole window");
    } else if (k > 0 && !zones.excuse(row.after().minus(slack), row.before().plus(slack))) {
      problem(row, "is inferred, though nothing was the matter in its window");
    }
  }

  private void checkLost(Transition row) {
    Duration slack = clock.slack(row.occurredAt(), row.recordedAt());
    Instant from =
        row.occurredAt().minus(conduct.staleAfter()).minus(conduct.noticed()).minus(slack);
    if (!zones.excuse(from, row.occurredAt().plus(slack))) {
      problem(row, "though nothing was the matter");
    }
  }

  private void checkFound(int k) {
    Transition row = rows.get(k);
    if (!row.inferred() || row.before() == null) {
      problem(row, "is found after nobody saw the machine, and is not marked inferred");
      return;
    }
    Duration slack = clock.slack(row.after(), row.before());
    Instant latest = row.before().plus(slack);
    Instant earliest = zones.heardFrom(row.before()).minus(conduct.noticed()).minus(slack);
    if (leadsOn(k) && row.after() != null) {
      earliest = row.after().minus(conduct.noticed()).minus(slack);
    }
    // A counter that has just moved is not believed at once where the machine is idle.
    Long cycle = row.to().equals("idle") ? null : row.cycle();
    if (!shown(row.to(), cycle, earliest, latest)) {
      problem(row, "is not what the machine showed then");
    }
    if (row.to().equals("idle") && !row.event().equals("link_found")) {
      checkEndOfKept(k);
    }
  }

  /** The end of a run that was kept, or of one that another writer has made up. */
  private void checkEndOfKept(int k) {
    if (matching.step(k) != null && !matching.again(k)) {
      checkConcluded(k);
    } else if (!Chain.followsOnExternal(rows, k, CORRECTIONS)) {
      problem(rows.get(k), toldWrongly(k));
    }
  }

  private String toldWrongly(int k) {
    return matching.step(k) == null ? "truth has no such step" : "is told a second time";
  }

  /** Whether the next row was concluded from the same sight, so that this one is on the way. */
  private boolean leadsOn(int k) {
    return k + 1 < rows.size()
        && rows.get(k + 1).inferred()
        && Objects.equals(rows.get(k + 1).before(), rows.get(k).before());
  }

  private boolean shown(String status, Long cycle, Instant from, Instant to) {
    for (int i = 0; i < truth.size(); i++) {
      Step step = truth.get(i);
      Instant end = i + 1 < truth.size() ? truth.get(i + 1).at() : Instant.MAX;
      if (step.status().equals(status)
          && (cycle == null || cycle == step.cycle())
          && !step.at().isAfter(to)
          && !end.isBefore(from)) {
        return true;
      }
    }
    return false;
  }

  private void checkTold(int k) {
    Transition row = rows.get(k);
    boolean noStep = matching.step(k) == null || matching.again(k) || isResetOfAnothersError(k);
    if (noStep && !isFaultAfterUnknownEnd(k)) {
      checkCorrection(k);
    } else if (row.inferred()) {
      checkConcluded(k);
    } else {
      checkSeen(k);
    }
  }

  /**
   * One fault of the machine, told as two: that the run has ended, nobody knows how, and that the
   * machine is in error. Whether the one led to the other nobody saw.
   */
  private boolean isFaultAfterUnknownEnd(int k) {
    Transition row = rows.get(k);
    Transition end = k == 0 ? null : rows.get(k - 1);
    return matching.step(k) != null
        && row.to().equals("error")
        && row.from().equals("idle")
        && end.unknown()
        && end.occurredAt().equals(row.occurredAt())
        && Objects.equals(end.cycle(), row.cycle());
  }

  /** The machine's own reset in the same cycle, which nobody saw, was over when the other wrote. */
  private boolean isResetOfAnothersError(int k) {
    Transition before = k == 0 ? null : rows.get(k - 1);
    return before != null
        && before.external()
        && before.to().equals("error")
        && rows.get(k).event().equals("reset")
        && matching.step(k).at().isBefore(before.recordedAt());
  }

  /**
   * What another writer did is put right by events that the machine did not have. The last of them
   * leads to what the machine shows.
   */
  private void checkCorrection(int k) {
    Transition row = rows.get(k);
    if (!Chain.followsOnExternal(rows, k, CORRECTIONS)) {
      problem(row, toldWrongly(k));
      return;
    }
    boolean onTheWay = k + 1 < rows.size() && rows.get(k + 1).occurredAt().equals(row.occurredAt());
    Duration slack = clock.slack(row.occurredAt(), row.recordedAt());
    Instant from = row.occurredAt().minus(conduct.noticed()).minus(slack);
    Instant to = row.occurredAt().plus(conduct.noticed()).plus(slack);
    if (!onTheWay && !shown(row.to(), null, zones.heardFrom(from), to)) {
      problem(row, "puts right what another wrote, but not to what the machine showed then");
    }
  }

  private void checkConcluded(int k) {
    Transition row = rows.get(k);
    Step step = matching.step(k);
    Duration slack = clock.slack(row.after(), row.before(), step.at()).plus(conduct.noticed());
    // What was held up on its way seems to have been so when it was heard.
    boolean before =
        row.after() != null && step.at().isBefore(zones.heardFrom(row.after()).minus(slack));
    if (before || row.before() == null || step.at().isAfter(row.before().plus(slack))) {
      problem(row, "happened at " + step.at() + ", which is not in its window");
    }
  }

  private void checkSeen(int k) {
    Transition row = rows.get(k);
    Step step = matching.step(k);
    Instant previous = k == 0 ? null : rows.get(k - 1).occurredAt();
    Duration slack = clock.slack(row.occurredAt(), step.at(), previous);
    // Nothing is dated before the one before it.
    Instant earliest = previous != null && previous.isAfter(step.at()) ? previous : step.at();
    Instant latest = earliest.plus(conduct.dated()).plus(slack);
    if (zones.excuse(step.at())) {
      Step next = matching.stepAfter(k);
      Instant shownUntil = next == null ? Instant.MAX : next.at();
      Instant heardUntil = zones.heardUntil(step.at());
      Instant end = shownUntil.isAfter(heardUntil) ? shownUntil : heardUntil;
      latest = end.equals(Instant.MAX) ? end : end.plus(conduct.noticed()).plus(slack);
    }
    if (row.occurredAt().isBefore(step.at().minus(slack)) || row.occurredAt().isAfter(latest)) {
      problem(
          row,
          "is dated "
              + Duration.between(step.at(), row.occurredAt()).toMillis()
              + " ms after the fact of "
              + step.at());
    }
  }

  private void problem(Transition row, String words) {
    problems.accept(Problem.of(row, words));
  }
}
