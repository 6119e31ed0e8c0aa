package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.util.List;

/** What an audit has to go by: truth, history, and how they belong together. */
record Evidence(
    List<Step> truth, List<Transition> rows, Matching matching, Zones zones, WallClock clock) {

  static Evidence of(List<Step> truth, List<Transition> rows, Conduct conduct) {
    Matching matching = new Matching(truth, rows);
    WallClock clock = new WallClock(conduct.disturbances());
    return new Evidence(truth, rows, matching, new Zones(rows, matching, conduct, clock), clock);
  }
}
