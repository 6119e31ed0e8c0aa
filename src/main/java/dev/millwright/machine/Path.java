package dev.millwright.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The legal events that lead from a machine's state to what a sighting shows. */
final class Path {

  /** A machine's clock that is further off than this is not believed. */
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

  private static final String GOES_ON =
      "the machine still runs what it ran before the row was changed";
  private static final String MADE_UP =
      "another writer has set this process; the machine is not known to have run it";

  private final Memory memory;
  private final MachineState state;
  private final Sighting seen;
  private final RunCount count;
  private final long newRuns;
  private final boolean gap;
  private final Instant at;
  private final List<Occurrence> occurrences = new ArrayList<>();
  private String recipe;
  private String batch;

  /**
   * @param newRuns how many runs have started that are not accounted for, and are now
   */
  Path(Memory memory, MachineState state, Sighting seen, RunCount count, long newRuns) {
    this.memory = memory;
    this.state = state;
    this.seen = seen;
    this.count = count;
    this.newRuns = newRuns;
    this.gap = memory.isGapIn(state);
    this.at = when();
    this.recipe = memory.recipe();
    this.batch = memory.batch();
  }

  /**
   * When the shown state began: by the machine's clock if that lies within the window, else when it
   * was read; though not before the state that it follows on.
   */
  private Instant when() {
    Instant began = seen.began();
    boolean usable =
        began != null
            && memory.lastContact() != null
            && !began.isBefore(memory.lastContact().minus(CLOCK_SLACK))
            && !began.isAfter(seen.seenAt().plus(CLOCK_SLACK));
    Instant told = usable && began.isBefore(seen.seenAt()) ? began : seen.readAt();
    if (state.since() == null || !told.isBefore(state.since())) {
      return told;
    }
    return state.since().isBefore(seen.seenAt()) ? state.since() : seen.seenAt();
  }

  /** The run that the row claims; null when it claims none. */
  private UUID claimed() {
    boolean may = state.status() == Status.PROCESSING || state.status() == Status.OFFLINE;
    return may ? state.processId() : null;
  }

  /** Whether the row claims a run that is not the machine's, as far as anybody knows. */
  private boolean isMadeUp() {
    return claimed() != null && !claimed().equals(memory.process());
  }

  /**
   * Brings the machine to idle, so that a run may start.
   *
   * @param seen whether the machine was watched all the while
   */
  void leave(boolean seen) {
    switch (state.status()) {
      case OFFLINE -> add(new Event.LinkFound(Shown.IDLE, null), leaving(false));
      case PROCESSING -> add(new Event.Stop(), leaving(true));
      case ERROR -> add(new Event.Reset(), seen ? said() : inferred(false));
      case IDLE -> {}
    }
  }

  private Detail leaving(boolean outcomeUnknown) {
    return isMadeUp()
        ? detail(Detail.DAEMON, MADE_UP, window(), outcomeUnknown).withBatch(null)
        : inferred(outcomeUnknown);
  }

  /**
   * The new runs: the last of them starts, the others were missed.
   *
   * @param seenToStart whether it was seen when it started
   */
  void start(boolean seenToStart) {
    recipe = seen.recipe();
    batch = seen.batch();
    count.start(newRuns);
    Window window = seenToStart ? null : window();
    add(
        new Event.Start(),
        new Detail(Detail.MACHINE, recipe, null, count.told(), newRuns - 1, window, false)
            .withBatch(batch));
  }

  /** The end of a run whose start nobody saw. */
  void endUnseenRun() {
    boolean endSeen = !gap && memory.shown() != seen.shown();
    Detail detail = endSeen ? said() : inferred(false);
    switch (endOfKnown()) {
      case COMPLETE -> add(new Event.Complete(), detail);
      case STOPPED -> add(new Event.Stop(), detail);
      case ERROR -> {
        // It was over before, or a later one was under way when the fault came.
        boolean other = count.ahead() > 0 || (!gap && seen.cycle().equals(memory.counter()));
        if (other) {
          add(new Event.Stop(), inferred(true));
        }
        add(new Event.Fault(seen.failure()), detail);
      }
      default -> add(new Event.Stop(), inferred(true));
    }
  }

  /** The machine runs, and no run has started that is not accounted for. */
  void goOn() {
    // The first one that it names while it runs: a tag that changes is the next run's.
    batch = batch == null ? seen.batch() : batch;
    boolean rowKnows = claimed() != null && !isMadeUp();
    if (state.status() == Status.PROCESSING && rowKnows) {
      return;
    }
    recipe = seen.recipe() == null ? recipe : seen.recipe();
    UUID process = memory.process();
    String reason = rowKnows || process == null ? null : GOES_ON;
    if (state.status() == Status.OFFLINE && !isMadeUp()) {
      Detail detail = detail(Detail.MACHINE, reason, window(), false);
      add(new Event.LinkFound(Shown.PROCESSING, null, process), detail);
    } else {
      leave(!gap);
      Detail detail = detail(Detail.MACHINE, reason, window(), false).withSameRun();
      add(new Event.Start(process), detail);
    }
  }

  /** The machine does not run, and there was no run that is not accounted for. */
  void rest(boolean idleMeansComplete) {
    Status from = state.status();
    if (isMadeUp()) {
      leave(!gap);
      from = Status.IDLE;
    }
    switch (from) {
      case OFFLINE -> add(new Event.LinkFound(endOfKnown(), seen.failure()), shownNow());
      case IDLE -> {
        if (seen.shown() == Shown.ERROR) {
          add(new Event.Fault(seen.failure()), shownNow());
        }
      }
      case PROCESSING -> endOfRun(idleMeansComplete);
      case ERROR -> {
        if (seen.shown() != Shown.ERROR) {
          add(new Event.Reset(), shownNow());
        }
      }
    }
  }

  /** What is shown; where it may be the end of a later run, nothing is said of the known one. */
  private Shown endOfKnown() {
    return seen.shown().isEnd() && count.ahead() > 0 ? Shown.IDLE : seen.shown();
  }

  private void endOfRun(boolean idleMeansComplete) {
    if (!gap) {
      count.end();
    }
    switch (endOfKnown()) {
      case COMPLETE -> add(new Event.Complete(), shownNow());
      case STOPPED -> add(new Event.Stop(), shownNow());
      case ERROR -> add(new Event.Fault(seen.failure()), shownNow());
      default -> {
        if (idleMeansComplete && !gap && count.ahead() <= 0) {
          add(new Event.Complete(), said());
        } else {
          add(new Event.Stop(), inferred(true));
        }
      }
    }
  }

  private void add(Event event, Detail detail) {
    long voided = occurrences.isEmpty() ? memory.voided() : 0;
    occurrences.add(new Occurrence(event, at, detail.withVoided(voided)));
  }

  private Detail shownNow() {
    return gap ? inferred(false) : said();
  }

  private Detail said() {
    return detail(Detail.MACHINE, null, null, false);
  }

  private Detail inferred(boolean outcomeUnknown) {
    return detail(Detail.MACHINE, null, window(), outcomeUnknown);
  }

  private Detail detail(String source, String reason, Window window, boolean outcomeUnknown) {
    return new Detail(source, recipe, reason, count.told(), 0, window, outcomeUnknown)
        .withBatch(batch);
  }

  /** What the counter proves happened since it agreed; anything else since the last contact. */
  private Window window() {
    boolean byCounter = newRuns > 0 && seen.cycle() != null;
    return new Window(byCounter ? memory.agreedAt() : memory.lastContact(), seen.seenAt());
  }

  /** The recipe of the present or last run; null when not known. */
  String recipe() {
    return recipe;
  }

  /** The batch of the run that is under way, or was last; null when not known. */
  String batch() {
    return batch;
  }

  /** The events, in order; empty when the machine goes on as it was. */
  List<Occurrence> occurrences() {
    return occurrences;
  }
}
