package dev.millwright.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Says which events a sighting of a machine means, given its state and what is remembered.
 *
 * <p>The machine is the authority on what it does: from any state there is a legal path of events
 * to any shown one, and the events of one sighting always form such a path. What must hold:
 *
 * <ul>
 *   <li>Every run that the counter proves is accounted for once: as a process of its own, or in
 *       {@code missedRuns} of the next start. Starts plus missed runs since the first sighting
 *       equal the counter's advance.
 *   <li>A state seen while the link was up is not inferred; whatever was concluded from a gap or
 *       from the counter is, with the window in which it must have happened (I4).
 *   <li>How a run ended is said only where the machine said it; else its outcome is unknown.
 * </ul>
 *
 * <p>Machines move their counter a little before or after they move their state, and tags that are
 * read one after the other are not from one moment. A difference between the counter and the
 * accounted runs therefore counts only when it has lasted for the settling time, or when the state
 * itself shows that a run began or ended. A counter that steps at the end of a run works as well:
 * it is behind by one while the run lasts.
 */
public final class Interpreter {

  /** A machine's clock that is further off than this is not believed. */
  static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

  private final boolean idleMeansComplete;
  private final long settleNanos;

  /**
   * @param idleMeansComplete whether the machine has no state of its own for a completed run, so
   *     that falling from processing to idle is the completion
   * @param settle how long counter and state may disagree before the counter is believed
   */
  public Interpreter(boolean idleMeansComplete, Duration settle) {
    this.idleMeansComplete = idleMeansComplete;
    this.settleNanos = settle.toNanos();
  }

  /** What this sighting means for a machine in this state. */
  public Interpretation interpret(Memory memory, MachineState state, Sighting sighting) {
    return new Reading(memory, state, sighting).interpret();
  }

  /** One sighting being read; its fields spare every method below five parameters. */
  private final class Reading {
    private final Memory memory;
    private final MachineState state;
    private final Sighting seen;
    private final boolean gap;
    private final Instant at;
    private final List<Occurrence> path = new ArrayList<>();
    private Long runs;
    private String recipe;
    private String note;

    Reading(Memory memory, MachineState state, Sighting seen) {
      this.memory = memory;
      this.state = state;
      this.seen = seen;
      this.gap = memory.shown() == null || state.status() == Status.OFFLINE;
      this.at = when();
      this.runs = memory.runs() == null ? seen.cycle() : memory.runs();
      this.recipe = memory.recipe();
    }

    Interpretation interpret() {
      rebaseIfCounterWentBack();
      long newRuns = newRuns();
      if (newRuns > 0) {
        endWhatWas();
        start(newRuns - 1);
        if (seen.shown() != Shown.PROCESSING) {
          endUnseenRun();
        }
      } else {
        arrive();
      }
      if (!path.isEmpty()) {
        path.set(0, path.get(0).withVoided(memory.voided()));
      }
      return new Interpretation(remember(), path, note);
    }

    /**
     * When the shown state began: by the machine's clock if that lies within the window and does
     * not contradict the state before, else when it was seen.
     */
    private Instant when() {
      Instant began = seen.began();
      boolean usable =
          began != null
              && memory.lastContact() != null
              && !began.isBefore(memory.lastContact().minus(CLOCK_SLACK))
              && !began.isAfter(seen.seenAt().plus(CLOCK_SLACK))
              && (state.since() == null || !began.isBefore(state.since()));
      return usable && began.isBefore(seen.seenAt()) ? began : seen.seenAt();
    }

    private long ahead() {
      return seen.cycle() == null || runs == null ? 0 : seen.cycle() - runs;
    }

    private void rebaseIfCounterWentBack() {
      boolean lagging = ahead() == -1 && (seen.shown() == Shown.PROCESSING || !settled());
      if (ahead() < 0 && !lagging) {
        note =
            "counter went back from "
                + runs
                + " to "
                + seen.cycle()
                + ": counting on from there; runs in between are not known";
        runs = seen.cycle();
      }
    }

    /**
     * Whether the counter is to be believed now. After a gap at once, but for a machine that is
     * idle: its counter may just have moved for the start that is about to show.
     */
    private boolean settled() {
      return (gap && seen.shown() != Shown.IDLE)
          || (memory.differsSince() != null
              && Objects.equals(memory.counter(), seen.cycle())
              && seen.nanos() - memory.differsSince() >= settleNanos);
    }

    /** How many runs have started that are not accounted for and can be accounted for now. */
    private long newRuns() {
      long ahead = Math.max(0, ahead());
      if (seen.shown() == Shown.PROCESSING) {
        return newRunsWhileProcessing(ahead);
      }
      if (settled()) {
        return ahead;
      }
      boolean idle = state.status() == Status.IDLE;
      boolean ended = seen.shown() == Shown.COMPLETE || seen.shown() == Shown.STOPPED;
      if (idle && ended && memory.shown() != seen.shown()) {
        // From idle straight to the end of a run: there was a run, whatever the counter's timing.
        return seen.cycle() == null ? 1 : ahead;
      }
      // A fault leaves no later moment at which the run before it could still be told.
      return idle && seen.shown() == Shown.ERROR ? ahead : 0;
    }

    private long newRunsWhileProcessing(long ahead) {
      if (state.status() == Status.OFFLINE && state.processId() == null) {
        // First contact: the run is found, not started; with a known counter it is a new run.
        return memory.runs() == null ? 0 : Math.max(1, ahead);
      }
      boolean sameRunPossible =
          state.status() == Status.PROCESSING || state.status() == Status.OFFLINE;
      if (!sameRunPossible) {
        return Math.max(1, ahead);
      }
      boolean otherRecipe =
          gap
              && seen.cycle() == null
              && recipe != null
              && seen.recipe() != null
              && !Objects.equals(recipe, seen.recipe());
      return otherRecipe ? 1 : settled() ? ahead : 0;
    }

    /** Brings the machine to idle, so that a run may start. */
    private void endWhatWas() {
      switch (state.status()) {
        case OFFLINE -> add(new Event.LinkFound(Shown.IDLE, null), inferred(0, false));
        case PROCESSING -> add(new Event.Stop(), inferred(0, true));
        case ERROR -> add(new Event.Reset(), gap ? inferred(0, false) : seenDetail(0));
        case IDLE -> {}
      }
    }

    private void start(long missed) {
      boolean seenToStart =
          !gap
              && seen.shown() == Shown.PROCESSING
              && (state.status() == Status.IDLE || state.status() == Status.ERROR);
      recipe = seen.recipe();
      // It was watched all the time, also where another writer has set the row offline.
      boolean goesOn = memory.shown() == Shown.PROCESSING && ahead() <= 0;
      if (goesOn) {
        Detail told = inferred(missed, false);
        String reason = "the machine still runs what it ran before another writer changed the row";
        add(
            new Event.Start(),
            new Detail(told.source(), recipe, reason, runs, 0, told.inferred(), false));
        return;
      }
      if (runs != null) {
        runs = runs + missed + 1;
      }
      add(new Event.Start(), seenToStart ? seenDetail(missed) : inferred(missed, false));
    }

    /** The end of a run whose start nobody saw. The end itself was seen when there was no gap. */
    private void endUnseenRun() {
      Detail told = gap ? inferred(0, false) : seenDetail(0);
      switch (seen.shown()) {
        case COMPLETE -> add(new Event.Complete(), told);
        case STOPPED -> add(new Event.Stop(), told);
        case ERROR -> add(new Event.Fault(seen.failure()), told);
        default -> add(new Event.Stop(), inferred(0, true));
      }
    }

    /** From the state to the shown one without any further run in between. */
    private void arrive() {
      Detail detail = gap ? inferred(0, false) : seenDetail(0);
      switch (state.status()) {
        case OFFLINE -> found(detail);
        case IDLE -> {
          if (seen.shown() == Shown.ERROR) {
            add(new Event.Fault(seen.failure()), detail);
          }
        }
        case PROCESSING -> endOfRun(detail);
        case ERROR -> {
          if (seen.shown() != Shown.ERROR) {
            add(new Event.Reset(), detail);
          }
        }
      }
    }

    private void found(Detail detail) {
      if (seen.shown() == Shown.PROCESSING && state.processId() == null) {
        recipe = seen.recipe();
      }
      add(
          new Event.LinkFound(seen.shown(), seen.failure()),
          new Detail(detail.source(), recipe, detail.reason(), runs, 0, detail.inferred(), false));
    }

    private void endOfRun(Detail detail) {
      switch (seen.shown()) {
        case COMPLETE -> add(new Event.Complete(), detail);
        case STOPPED -> add(new Event.Stop(), detail);
        case ERROR -> add(new Event.Fault(seen.failure()), detail);
        case IDLE -> {
          if (idleMeansComplete && !gap) {
            add(new Event.Complete(), detail);
          } else {
            add(new Event.Stop(), inferred(0, true));
          }
        }
        case PROCESSING -> {}
      }
    }

    private void add(Event event, Detail detail) {
      path.add(new Occurrence(event, at, detail));
    }

    private Detail seenDetail(long missed) {
      return new Detail("machine", recipe, null, runs, missed, null, false);
    }

    private Detail inferred(long missed, boolean outcomeUnknown) {
      return new Detail(
          "machine",
          recipe,
          null,
          runs,
          missed,
          new Window(gap ? memory.lastContact() : memory.agreedAt(), seen.seenAt()),
          outcomeUnknown);
    }

    private Memory remember() {
      boolean agrees = ahead() == 0;
      boolean differedBefore =
          memory.differsSince() != null
              && path.isEmpty()
              && Objects.equals(memory.counter(), seen.cycle());
      Long differsSince =
          agrees ? null : differedBefore ? memory.differsSince() : Long.valueOf(seen.nanos());
      Instant agreedAt = agrees ? seen.seenAt() : memory.agreedAt();
      return new Memory(
          seen.shown(),
          runs,
          seen.cycle(),
          recipe,
          seen.seenAt(),
          agreedAt,
          differsSince,
          seen.shown() == Shown.PROCESSING ? memory.process() : null,
          path.isEmpty() ? memory.voided() : 0);
    }
  }
}
