package dev.millwright.runtime;

import dev.millwright.journal.Backlog;
import dev.millwright.journal.Known;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Settled.How;
import dev.millwright.store.DetailJson;
import dev.millwright.store.Row;
import dev.millwright.store.RunProgress;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * What others may look at of one machine. They wait for nobody, and so see what was so a moment
 * ago, part by part.
 */
final class Showcase {

  private final Decider decider;
  private final TimeSource time;

  /** As the database showed it last; null when never. */
  private volatile Row row;

  private volatile Settled settled;

  /** What was delivered last; null when nothing was since the start. */
  private volatile Confirmed confirmed;

  private record Confirmed(UUID transition, Instant at) {}

  Showcase(Decider decider, TimeSource time) {
    this.decider = decider;
    this.time = time;
  }

  /** The database has shown the row. */
  void seen(Row row) {
    this.row = row;
  }

  /** A delivery has ended so. */
  void settled(How how, String words) {
    settled = new Settled(time.now(), how, words);
  }

  /** A delivery has ended well. */
  void confirmed(Transition last) {
    confirmed = new Confirmed(last.id(), time.now());
    settled(How.CONFIRMED, last.event() + ", state_seq " + last.to().seq());
  }

  /** All of it. */
  MachineSnapshot snapshot(
      String machine, LinkSnapshot link, RunProgress progress, Backlog backlog) {
    Glimpse glimpse = decider.glimpse();
    Known known = decider.known();
    return new MachineSnapshot(
        machine,
        known == null ? null : row(known, progress),
        link,
        glimpse,
        glimpse.age(time.nanos()),
        decider.refused(),
        settled,
        backlog);
  }

  /** As the table has it or will have it, as far as that is known. */
  private Row row(Known known, RunProgress progress) {
    Row seen = row;
    Transition decided = decider.decided();
    Confirmed delivered = confirmed;
    boolean isSeen =
        seen != null
            && seen.state().seq() == known.state().seq()
            && Objects.equals(seen.lastTransitionId(), known.transitionId());
    boolean isDecided = decided != null && decided.id().equals(known.transitionId());
    boolean isDelivered = delivered != null && delivered.transition().equals(known.transitionId());
    Instant written = isSeen ? seen.updatedAt() : isDelivered ? delivered.at() : null;
    return new Row(
        known.rowId(),
        known.machine(),
        known.state(),
        isDecided ? decided.event() : isSeen ? seen.lastEvent() : null,
        known.transitionId(),
        isDecided ? decided.detail().cycle() : isSeen ? seen.lastCycle() : known.memory().runs(),
        isDecided
            ? decided.detail().recipe()
            : isSeen ? seen.lastRecipe() : known.memory().recipe(),
        isDecided ? decided.detail().batch() : isSeen ? seen.lastBatch() : known.memory().batch(),
        written,
        isDecided ? DetailJson.of(decided) : isSeen ? seen.detail() : null,
        progress == null ? null : progress.json());
  }
}
