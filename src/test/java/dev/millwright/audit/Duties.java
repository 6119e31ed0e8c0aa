package dev.millwright.audit;

import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Nothing is missing from the history that the daemon could see. */
final class Duties {

  /** What staleness and its check may take beyond the limit, on a busy host. */
  private static final Duration GRACE = Duration.ofMillis(700);

  private final Evidence evidence;
  private final Conduct conduct;
  private final Consumer<Problem> problems;

  Duties(Evidence evidence, Conduct conduct, Consumer<Problem> problems) {
    this.evidence = evidence;
    this.conduct = conduct;
    this.problems = problems;
  }

  void check() {
    for (int i = 1; i < evidence.truth().size(); i++) {
      Step step = evidence.truth().get(i);
      String event = step.eventAfter(evidence.truth().get(i - 1));
      boolean told = event == null || evidence.matching().told(i);
      if (!told && !evidence.zones().excuse(step.at())) {
        problems.accept(Problem.at(step.at(), "lost: " + event + " of " + step));
      }
    }
    for (Disturbance disturbance : conduct.disturbances()) {
      if (disturbance.is(Kind.BLIND)) {
        checkOffline(disturbance);
      }
    }
  }

  /** I4: without good data the machine is offline, and not what it was last. */
  private void checkOffline(Disturbance blind) {
    Instant at = blind.from().plus(conduct.staleAfter()).plus(GRACE);
    // A clock may have been put back into this time later as well, and dated rows into it.
    boolean excused =
        !evidence.clock().slack(blind.from(), at).isZero()
            || conduct.disturbances().stream().anyMatch(d -> d.is(Kind.AWAY) && near(d, blind, at));
    boolean external =
        conduct.writes().stream()
            .anyMatch(w -> w.to().isAfter(blind.from().minus(Zones.LOOK)) && w.from().isBefore(at));
    if (!at.isBefore(blind.end()) || excused || external) {
      return;
    }
    // Rows that were delivered late may be dated into this time too: what counts is that it was
    // said.
    if (evidence.rows().stream().anyMatch(row -> saysSo(row, blind.from(), at))) {
      return;
    }
    Transition claimed = null;
    for (Transition row : evidence.rows()) {
      // What was concluded was not claimed before it was.
      Instant since = row.inferred() && row.before() != null ? row.before() : row.occurredAt();
      if (!since.isAfter(at)) {
        claimed = row;
      }
    }
    if (claimed != null && !claimed.to().equals("offline")) {
      problems.accept(
          Problem.at(at, "still claimed at " + at + ", in spite of " + blind + ": " + claimed));
    }
  }

  private boolean saysSo(Transition row, Instant from, Instant at) {
    return row.to().equals("offline")
        && !row.occurredAt().isBefore(from.minus(conduct.staleAfter()))
        && !row.occurredAt().isAfter(at);
  }

  private static boolean near(Disturbance disturbance, Disturbance blind, Instant at) {
    Duration moment = Duration.ofSeconds(3);
    return disturbance.overlaps(blind.from().minus(moment), at.plus(moment));
  }
}
