package dev.millwright.machine;

import java.time.Duration;
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
 *       equal the counter's advance. A run that goes on keeps its process id, whatever other
 *       writers make of the row.
 *   <li>A state seen while the link was up is not inferred; whatever was concluded from a gap or
 *       from the counter is, with the window in which it must have happened (I4).
 *   <li>How a run ended is said only where the machine said it; else its outcome is unknown.
 * </ul>
 */
public final class Interpreter {

  private final Counted counted;
  private final boolean idleMeansComplete;
  private final boolean stopProvesRun;
  private final Duration settle;

  /**
   * @param counted what moves the machine's counter
   * @param idleMeansComplete whether the machine has no state of its own for a completed run, so
   *     that falling from processing to idle is the completion
   * @param stopProvesRun whether a stop that is shown after idle means that there was a run between
   * @param settle how long counter and state may disagree before the counter is believed
   */
  public Interpreter(
      Counted counted, boolean idleMeansComplete, boolean stopProvesRun, Duration settle) {
    this.counted = counted;
    this.idleMeansComplete = idleMeansComplete;
    this.stopProvesRun = stopProvesRun;
    this.settle = settle;
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
    private final boolean running;
    private final boolean gap;
    private final RunCount count;

    Reading(Memory memory, MachineState state, Sighting seen) {
      this.memory = memory;
      this.state = state;
      this.seen = seen;
      this.running = seen.shown() == Shown.PROCESSING;
      this.gap = memory.isGapIn(state);
      this.count = new RunCount(memory, seen, counted, settle);
    }

    Interpretation interpret() {
      long newRuns = running ? newRunsWhileProcessing() : unseenRuns();
      if (mayJustHaveEnded(newRuns)) {
        return new Interpretation(waiting(), List.of(), count.note());
      }
      Path path = new Path(memory, state, seen, count, newRuns);
      if (newRuns > 0) {
        boolean seen = seenToStart(newRuns);
        path.leave(seen);
        path.start(seen);
        if (!running) {
          path.endUnseenRun();
        }
      } else if (running) {
        path.goOn();
      } else {
        path.rest(idleMeansComplete);
      }
      return new Interpretation(remember(path), path.occurrences(), count.note());
    }

    /** Whether the counter of completed runs may have been read after the end, the state before. */
    private boolean mayJustHaveEnded(long newRuns) {
      return running
          && counted == Counted.COMPLETED
          && count.ahead() > newRuns
          && count.certainlyAhead() == 0;
    }

    private long newRunsWhileProcessing() {
      boolean byStarts = counted == Counted.STARTED;
      if (memory.process() == null) {
        // A run that is found at the first contact has not started since.
        boolean found = state.status() == Status.OFFLINE && memory.runs() == null;
        boolean plain = byStarts || count.ahead() < 2;
        return found ? 0 : Math.max(1, plain ? count.ahead() : count.certainlyAhead());
      }
      if (isOtherRecipe()) {
        return 1;
      }
      boolean watched = !gap && memory.process().equals(state.processId());
      return byStarts && !watched ? Math.max(0, count.ahead()) : count.certainlyAhead();
    }

    /** Without a counter, another recipe after a gap proves another run. */
    private boolean isOtherRecipe() {
      return gap
          && seen.cycle() == null
          && memory.recipe() != null
          && seen.recipe() != null
          && !Objects.equals(memory.recipe(), seen.recipe());
    }

    /** Runs that are over, of which nobody saw the start. */
    private long unseenRuns() {
      if (seen.shown() == Shown.ERROR && state.status() != Status.ERROR) {
        // A fault leaves no later moment at which the run before it could still be told.
        return Math.max(0, count.ahead());
      }
      // From idle straight to the end of a run there was a run.
      boolean end =
          !gap
              && state.status() == Status.IDLE
              && seen.shown().isEnd()
              && (stopProvesRun || seen.shown() != Shown.STOPPED || seen.cycle() != null)
              && memory.shown() != seen.shown();
      return end && (seen.cycle() == null || count.ahead() == 1) ? 1 : count.certainlyAhead();
    }

    private boolean seenToStart(long newRuns) {
      return !gap
          && running
          && memory.shown() != Shown.PROCESSING
          && (newRuns == 1 || counted == Counted.STARTED);
    }

    private Memory remember(Path path) {
      boolean quiet = path.occurrences().isEmpty();
      return new Memory(
          seen.shown(),
          count.runs(),
          seen.cycle(),
          path.recipe(),
          running ? path.batch() : null,
          seen.notBefore(),
          count.agreedAt(),
          count.isInDoubt(),
          count.differsSince(quiet),
          running ? memory.process() : null,
          quiet ? memory.voided() : 0);
    }

    /** Nothing was concluded, so that the time in which it happened goes on. */
    private Memory waiting() {
      return new Memory(
          memory.shown(),
          count.runs(),
          seen.cycle(),
          memory.recipe(),
          memory.batch(),
          memory.lastContact(),
          count.agreedAt(),
          count.isInDoubt(),
          count.differsSince(true),
          memory.process(),
          memory.voided());
    }
  }
}
