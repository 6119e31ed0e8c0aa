package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.journal.Known;
import dev.millwright.machine.Decision;
import dev.millwright.machine.Interpretation;
import dev.millwright.machine.Interpreter;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Sighting;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Glimpse.Conclusion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Decides what one machine does, from what it shows and for how long it has been silent. The daemon
 * decides with it, and so do those that only look on or look back.
 *
 * <p>It has no clock, and keeps its decisions nowhere: each {@link Input} brings its moment, and
 * the outlet takes what is decided. Not safe for use by several threads.
 */
final class Decider {

  /** Where decisions go. */
  @FunctionalInterface
  interface Outlet {

    /**
     * Takes all that was decided at once.
     *
     * @param base what was known before
     * @param after what is known then
     * @return whether it is kept; if not, nothing was decided
     */
    boolean take(Known base, Known after, List<Transition> decided);
  }

  /**
   * What it works with.
   *
   * @param lifecycle decides
   * @param outlet takes what is decided
   * @param complaints tells how the machine's data fares
   * @param teller tells each transition
   * @param recorder keeps each step
   */
  record Parts(
      Lifecycle lifecycle,
      Outlet outlet,
      Complaints complaints,
      Teller teller,
      Recorder recorder) {}

  private final MachineSettings settings;
  private final Parts parts;
  private final StateReader reader;
  private final Interpreter interpreter;
  private final Confirmation confirmation;
  private final Freshness freshness;

  /**
   * What is known after the last decision: as in the journal, but for what the machine has shown
   * since. Null while there is no row, so that nothing can be decided. Others may glance at it.
   */
  private volatile Known known;

  private String raw;
  private String problem;
  private boolean left;

  /** When the machine was told to be lost, on the monotonic clock, or else the start. */
  private long lost;

  /** What the present step has come to. */
  private List<Transition> taken = List.of();

  private boolean untaken;

  /** Whether the same observation again, a little later, would change nothing but its moment. */
  private boolean still;

  /** Such a one; what follows from it is not in the other fields yet. */
  private final Repeated repeated = new Repeated();

  /** Whether what was observed last is decided on and kept. */
  private boolean concluded;

  /** What the machine was asked for at that time; null when nothing. */
  private Asked asked;

  private Conclusion conclusion = Conclusion.NOTHING_SEEN;

  /** Others look at these. */
  private volatile Glimpse glimpse;

  private volatile Transition decided;
  private volatile Remark refused;

  Decider(MachineSettings settings, Snapshot from, Parts parts) {
    this.settings = settings;
    this.parts = parts;
    this.reader = new StateReader(settings.lifecycle(), settings.acceptUncertain());
    this.interpreter =
        new Interpreter(
            settings.lifecycle().counted(),
            settings.lifecycle().state().idleMeansComplete(),
            settings.lifecycle().state().stopProvesRun(),
            Confirmation.SETTLE);
    this.confirmation = new Confirmation(settings.lifecycle(), from);
    this.freshness = new Freshness(settings.staleAfter(), from.lastGood(), from.everGood());
    this.known = from.known();
    this.raw = from.raw();
    this.problem = from.problem();
    this.left = from.left();
    this.lost = from.lost();
    this.glimpse = glimpse(null, null);
    parts.recorder().begin(from);
  }

  /** What the machine has shown last; without waiting for whoever decides. */
  Glimpse glimpse() {
    Glimpse before = glimpse;
    Glimpse with = repeated.over(before);
    // Where something else has happened meanwhile, what was repeated until then is in that.
    Glimpse now = glimpse;
    return now.equals(before) ? with : now;
  }

  /** What was decided last since the start, and is kept; null when nothing was. */
  Transition decided() {
    return decided;
  }

  /** The last event since the start that was refused; null when none was. */
  Remark refused() {
    return refused;
  }

  private Glimpse glimpse(Moment at, Observation observation) {
    return new Glimpse(
        at, observation, raw, conclusion, problem, freshness.lastGood(), freshness.everGood());
  }

  /**
   * What is known now, but for when the same was seen again; null when nothing. Without waiting for
   * whoever decides.
   */
  Known known() {
    return known;
  }

  /** All that is known now; null when nothing. */
  Known current() {
    catchUp();
    return known;
  }

  /** Whether what was observed last says what the machine does, and no link has broken since. */
  boolean isGood() {
    return problem == null;
  }

  /** Whether all that the last observation means is decided, and kept. */
  boolean isConcluded() {
    return concluded;
  }

  /** What the last step has come to, kept. */
  List<Transition> taken() {
    return taken;
  }

  /** Somebody else has changed what is known; null when nothing is known any more. */
  void rebase(Known base, Moment at) {
    catchUp();
    still = false;
    known = base;
    parts.recorder().begin(snapshot(at));
  }

  private Snapshot snapshot(Moment at) {
    return new Snapshot(
        at,
        known,
        raw,
        problem,
        left,
        lost,
        confirmation.gapSince(),
        confirmation.unconfirmed(),
        freshness.lastGood(),
        freshness.everGood());
  }

  /** Whether the machine's data is too old for what is claimed of it. */
  boolean isStale(long now) {
    return isClaimed() && freshness.isStale(now);
  }

  /** Tells when it will be, unless good data comes before; nothing while nothing is claimed. */
  void tellStaleAt(Deadlines deadlines) {
    if (isClaimed()) {
      deadlines.by(freshness.staleAt());
    }
  }

  private boolean isClaimed() {
    return !left && known != null && known.state().status() != Status.OFFLINE;
  }

  /**
   * Takes an observation if it shows what was shown before, and nothing follows from it but that it
   * was so until now. That is worked out later, before anything else happens: it is as if the
   * machine had been looked at less often.
   *
   * @param wallMillis when it was observed, in milliseconds since 1970
   * @param nanos the same on the monotonic clock
   * @return false when it has to be applied
   */
  boolean repeats(Observation observation, long wallMillis, long nanos) {
    if (!still || observation.values() != glimpse.observation().values()) {
      return false;
    }
    long read = read(observation, nanos);
    if (read - lost < 0 || freshness.isStale(nanos)) {
      return false;
    }
    freshness.good(read);
    repeated.keep(observation, wallMillis, nanos, freshness.lastGood());
    return true;
  }

  private void catchUp() {
    Input.Observed last = repeated.after(glimpse);
    if (last != null) {
      try {
        boolean unused = step(last);
      } finally {
        // Not before: who looks meanwhile is to see it here or there.
        repeated.clear();
      }
    }
  }

  /** When the state was read at the latest, on the monotonic clock. */
  private long read(Observation observation, long nanos) {
    return nanos - observation.age(settings.lifecycle().state().tag()).atMost().toNanos();
  }

  /**
   * Something has happened.
   *
   * @return false when there was something to decide, and the outlet did not take it
   */
  boolean apply(Input input) {
    catchUp();
    return step(input);
  }

  private boolean step(Input input) {
    taken = List.of();
    untaken = false;
    still = false;
    try {
      if (input instanceof Input.Observed observed) {
        asked = observed.asked();
        observe(observed);
      } else if (input instanceof Input.LinkDown down) {
        problem = down.reason();
        forgetShown();
      } else if (input instanceof Input.Failed failed) {
        problem = failed.reason();
        parts.complaints().trouble(problem, problem);
      } else if (input instanceof Input.Left leaving) {
        leave(leaving);
      } else if (isStale(input.at().nanos())) {
        String silence = freshness.words(input.at().nanos());
        lose(input.at(), silence + (problem == null ? "" : ": " + problem));
      }
    } finally {
      asked = null;
      glimpse =
          input instanceof Input.Observed observed
              ? glimpse(observed.at(), observed.observation())
              : glimpse(glimpse.at(), glimpse.observation());
      parts.recorder().step(new Step(input, taken, untaken), () -> snapshot(input.at()));
    }
    return !untaken;
  }

  private void observe(Input.Observed observed) {
    Observation observation = observed.observation();
    Moment at = observed.at();
    concluded = false;
    StateReader.Result result = reader.read(observation, at.wall(), at.nanos());
    problem = result.problem();
    if (problem == null) {
      parts.complaints().well(freshness.everGood() ? "good data again" : "first good data");
    } else {
      parts.complaints().trouble(problem, problem);
    }
    if (result.sighting() == null) {
      forgetShown();
    }
    long read = read(observation, at.nanos());
    if (result.sighting() == null || left || read - lost < 0) {
      // What was read before the machine was told to be lost does not find it again.
      conclusion = result.sighting() == null ? Conclusion.UNUSABLE : Conclusion.OUTDATED;
      return;
    }
    String before = raw;
    raw = result.raw();
    if (freshness.isStale(at.nanos())) {
      // Nobody has noticed: this process, or the whole host, has stood still.
      forgetShown();
    }
    boolean held = known == null || observed.held();
    Sighting sure = held ? null : confirmation.sure(known, observation, result.sighting());
    if (sure == null) {
      // What it does while nothing can be decided is concluded afterwards, not seen (I4).
      conclusion =
          known == null ? Conclusion.NO_ROW : held ? Conclusion.HELD : Conclusion.UNCONFIRMED;
      forgetShown();
    } else if (decide(sure, before)) {
      // Else it waits for what the counter will say.
      concluded = known.memory().shown() == sure.shown();
    } else {
      raw = before;
    }
    freshness.good(read);
  }

  private boolean decide(Sighting sighting, String before) {
    Memory memory = known.memory();
    Interpretation told = interpreter.interpret(memory, known.state(), sighting);
    if (!decide(sighting.seenAt(), told.occurrences(), told::memory, before)) {
      conclusion = Conclusion.NOT_KEPT;
      forgetShown();
      return false;
    }
    conclusion =
        !taken.isEmpty()
            ? Conclusion.DECIDED
            : told.occurrences().isEmpty() ? Conclusion.UNCHANGED : Conclusion.REFUSED;
    if (told.note() != null) {
      parts.complaints().note(told.note());
    }
    still = conclusion == Conclusion.UNCHANGED && isStill(memory, sighting.nanos());
    return true;
  }

  /**
   * Whether this sighting has left everything as it was but for its moment, and nothing is left to
   * be told, nor time to pass until the same would mean something else: it is concluded upon, then.
   * Who records wants each, and who is asked for something is looked at each time.
   */
  private boolean isStill(Memory before, long now) {
    Memory memory = known.memory();
    return parts.recorder() == Recorder.NONE
        && problem == null
        && parts.complaints().isTold()
        && asked == null
        && memory.differsOnlyInContact(before)
        && (memory.differsSince() == null
            || now - memory.differsSince() >= Confirmation.SETTLE.toNanos());
  }

  /** Whatever the machine does until it is seen again is concluded, not seen (I4). */
  private void forgetShown() {
    if (known != null) {
      known = known.with(known.memory().afterGap());
    }
  }

  private void leave(Input.Left leaving) {
    left = true;
    if (known != null && known.state().status() != Status.OFFLINE) {
      lose(leaving.at(), leaving.reason());
    }
  }

  private void lose(Moment at, String reason) {
    Memory memory = known.memory();
    lost = at.nanos();
    boolean unused =
        decide(
            at.wall(),
            List.of(memory.linkLost(at.wall(), reason)),
            reached -> memory.afterLinkLost(),
            raw);
  }

  /**
   * Decides all or nothing.
   *
   * @param at the moment of what it is decided upon
   * @param after what to remember in the state that is reached
   * @return false when the outlet takes nothing
   */
  private boolean decide(
      Instant at,
      List<Occurrence> occurrences,
      Function<MachineState, Memory> after,
      String before) {
    List<Transition> decided = new ArrayList<>(occurrences.size());
    MachineState next = known.state();
    for (Occurrence occurrence : occurrences) {
      Decision decision = parts.lifecycle().decide(next, Asked.mark(asked, occurrence));
      if (decision instanceof Decision.Accepted accepted) {
        next = accepted.transition().to();
        decided.add(accepted.transition());
      } else if (decision instanceof Decision.Refused refused) {
        String words = occurrence.event().word() + " refused: " + refused.reason();
        this.refused = new Remark(at, words);
        parts.complaints().note(words);
      }
    }
    if (decided.isEmpty()) {
      known = known.with(after.apply(next));
      return true;
    }
    Known then =
        new Known(
            known.machine(),
            known.rowId(),
            next,
            decided.get(decided.size() - 1).id(),
            after.apply(next));
    untaken = !parts.outlet().take(known, then, decided);
    if (untaken) {
      return false;
    }
    known = then;
    taken = decided;
    this.decided = decided.get(decided.size() - 1);
    for (Transition transition : decided) {
      String now = transition.detail().isFromMachine() ? raw : null;
      parts.teller().info(LogLine.of(settings.serialNumber(), transition, before, now));
    }
    return true;
  }
}
