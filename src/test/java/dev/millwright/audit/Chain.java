package dev.millwright.audit;

import dev.millwright.audit.Conduct.ForeignWrite;
import dev.millwright.audit.Recorded.Row;
import dev.millwright.audit.Recorded.Transition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** What must hold of a history whatever the machine did: I5 and the table of DESIGN section 3. */
final class Chain {

  private static final Set<String> LEGAL =
      Set.of(
          "start: idle → processing",
          "complete: processing → idle",
          "stop: processing → idle",
          "error: idle → error",
          "error: processing → error",
          "error: offline → error",
          "reset: error → idle",
          "link_lost: idle → offline",
          "link_lost: processing → offline",
          "link_lost: error → offline",
          "link_found: offline → idle",
          "link_found: offline → processing",
          // The end of a run that was kept while the machine was offline.
          "complete: offline → idle",
          "stop: offline → idle");

  /** The database's clock and the suite's are the same; their readings take a moment. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final Recorded recorded;
  private final Conduct conduct;
  private final WallClock clock;
  private final Consumer<Problem> problems;

  Chain(Recorded recorded, Conduct conduct, WallClock clock, Consumer<Problem> problems) {
    this.recorded = recorded;
    this.conduct = conduct;
    this.clock = clock;
    this.problems = problems;
  }

  void check() {
    Set<String> ids = new HashSet<>();
    Transition before = null;
    for (Transition row : recorded.transitions()) {
      long seq = before == null ? 1 : before.seq() + 1;
      if (row.seq() != seq) {
        problem(row, "state_seq " + row.seq() + " where " + seq + " is next");
      }
      if (!row.from().equals(before == null ? "offline" : before.to())) {
        problem(row, "does not follow on " + (before == null ? "offline" : before.to()));
      }
      if (!ids.add(row.id())) {
        problem(row, "has another's transition id");
      }
      if (row.external()) {
        checkExternal(row);
      } else if (!LEGAL.contains(row.edge())) {
        problem(row, "is none of the ways from one state to another");
      }
      if (before != null) {
        checkOrder(before, row);
      }
      before = row;
    }
    checkWrites();
    checkRow(before);
  }

  private void checkExternal(Transition row) {
    if (conduct.writes().stream().noneMatch(write -> fits(write, row))) {
      problem(row, "nobody else wrote that");
    }
  }

  private static boolean fits(ForeignWrite write, Transition row) {
    return (write.seq() == null || write.seq() == row.seq())
        && !row.recordedAt().isBefore(write.from().minus(MOMENT))
        && !row.recordedAt().isAfter(write.to().plus(MOMENT));
  }

  /** A write of another writer that the database has confirmed is in the history as well. */
  private void checkWrites() {
    for (ForeignWrite write : conduct.writes()) {
      boolean there =
          write.seq() == null
              || recorded.transitions().stream().anyMatch(r -> r.external() && fits(write, r));
      if (!there) {
        problems.accept(Problem.at(write.to(), "lost: the other writer's seq " + write.seq()));
      }
    }
  }

  /** A stepped clock and another writer's date may lie on either side of what was seen. */
  private void checkOrder(Transition before, Transition row) {
    boolean excused =
        row.external()
            || before.external()
            || clock.slack(before.occurredAt(), row.occurredAt(), row.recordedAt()).toNanos() > 0;
    if (row.occurredAt().isBefore(before.occurredAt()) && !excused) {
      problem(row, "is dated before the one before it, " + before.occurredAt());
    }
  }

  private void checkRow(Transition last) {
    Row row = recorded.row();
    boolean agrees =
        row.seq() == last.seq()
            && row.status().equals(last.to())
            && Objects.equals(row.transition(), last.id())
            && Objects.equals(row.since(), last.occurredAt())
            && (row.process() == null || row.process().equals(last.process()))
            && (row.process() != null || !last.to().equals("processing"));
    if (!agrees) {
      problem(last, "is the end of the history, but the row is " + row);
    }
  }

  private void problem(Transition row, String words) {
    problems.accept(Problem.of(row, words));
  }

  /** The rows just before this one that another writer may have led to; this one is excluded. */
  static boolean followsOnExternal(List<Transition> rows, int k, int atMost) {
    for (int i = k - 1; i >= Math.max(0, k - atMost); i--) {
      if (rows.get(i).external()) {
        return true;
      }
    }
    return false;
  }
}
