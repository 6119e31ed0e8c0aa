package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.machine.Decision;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Event;
import dev.millwright.machine.Interpretation;
import dev.millwright.machine.Interpreter;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tinylog.Logger;

/**
 * One machine: what is known of it, and the deciding of what it does.
 *
 * <p>Deciding and putting the decision into the outbox happen under one lock, so that the order in
 * the outbox is the order of the decisions, whichever thread they come from (I3): the link's thread
 * observes, the staleness thread notices silence, the delivery thread brings the row.
 */
final class MachineMonitor {

  /** How long counter and state may disagree before the counter is believed. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final MachineSettings settings;
  private final Lifecycle lifecycle;
  private final TimeSource time;
  private final Outbox outbox;
  private final StateReader reader;
  private final Interpreter interpreter;

  private MachineState state;
  private Memory memory;
  private long lastGoodNanos;
  private Instant lastGood;
  private String raw;
  private String problem;
  private boolean blocked;

  MachineMonitor(MachineSettings settings, Lifecycle lifecycle, TimeSource time, Outbox outbox) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.time = time;
    this.outbox = outbox;
    this.reader = new StateReader(settings.lifecycle(), settings.acceptUncertain());
    this.interpreter = new Interpreter(settings.lifecycle().state().complete().isEmpty(), SETTLE);
    this.lastGoodNanos = time.nanos();
  }

  MachineSettings settings() {
    return settings;
  }

  String name() {
    return settings.serialNumber();
  }

  /** Whether the machine's row is known. */
  synchronized boolean hasBase() {
    return state != null;
  }

  /**
   * The row as it was found, from which everything is decided on. The staleness limit counts from
   * now: a machine that never answers goes offline after it.
   */
  synchronized void base(MachineState row, Memory remembered) {
    state = row;
    memory = remembered;
    lastGoodNanos = time.nanos();
  }

  /**
   * Another writer has changed the row. What was decided on the old one and not yet written is
   * void; the row is the new base, and the next observation decides again. Runs of the voided
   * transitions are not lost: the counter still proves them.
   *
   * @param runs the runs accounted for in the new row
   */
  synchronized void rebase(MachineState row, Long runs) {
    int voided = outbox.discard(this);
    warn(
        "another writer changed the row: it is now "
            + row.status().word()
            + ", seq="
            + row.seq()
            + " (I had decided up to "
            + state.status().word()
            + ", seq="
            + state.seq()
            + "); "
            + voided
            + " undelivered transition"
            + (voided == 1 ? " is" : "s are")
            + " void, and I decide again from what the machine shows");
    state = row;
    memory =
        new Memory(
            memory.shown(),
            runs == null ? memory.runs() : runs,
            memory.counter(),
            memory.recipe(),
            memory.lastContact(),
            memory.agreedAt(),
            null);
  }

  /** The row is gone: nothing can be decided until there is one again. Returns what became void. */
  synchronized int loseBase() {
    state = null;
    memory = null;
    return outbox.discard(this);
  }

  /** What the machine's interface has read. */
  synchronized void observe(Observation observation) {
    long nanos = time.nanos();
    StateReader.Result result = reader.read(observation, time.now(), nanos);
    if (!Objects.equals(result.problem(), problem)) {
      tell(result.problem());
    }
    if (result.sighting() == null) {
      return;
    }
    lastGoodNanos = nanos;
    lastGood = result.sighting().seenAt();
    String before = raw;
    raw = result.raw();
    if (state == null) {
      return;
    }
    Interpretation told = interpreter.interpret(memory, state, result.sighting());
    if (told.note() != null) {
      warn(told.note());
    }
    if (decide(told.occurrences(), nanos, before)) {
      memory = told.memory();
    } else {
      raw = before;
    }
  }

  /** The link to the machine is broken; the machine goes offline only when its data is stale. */
  synchronized void linkDown(String reason) {
    problem = reason;
  }

  /** Looks at the age of the data: beyond the limit nothing is known any more (I4). */
  synchronized void checkStaleness() {
    if (state == null || state.status() == Status.OFFLINE) {
      return;
    }
    long age = time.nanos() - lastGoodNanos;
    if (age > settings.staleAfter().toNanos()) {
      lose(
          "no good data for "
              + Duration.ofNanos(age).toMillis()
              + " ms (stale_after is "
              + settings.staleAfter().toMillis()
              + " ms)"
              + (problem == null ? "" : ": " + problem));
    }
  }

  /** The daemon stops watching, so nothing will be known of the machine from now on (I4). */
  synchronized void leave() {
    if (state != null && state.status() != Status.OFFLINE) {
      lose("the daemon was stopped");
    }
  }

  private void lose(String reason) {
    Detail detail = new Detail("daemon", memory.recipe(), reason, memory.runs(), 0, null, false);
    Occurrence lost = new Occurrence(new Event.LinkLost(), time.now(), detail);
    if (decide(List.of(lost), time.nanos(), raw)) {
      memory = memory.afterGap();
    }
  }

  /**
   * Decides all or nothing. Returns false when the outbox has no room: nothing was decided then.
   */
  private boolean decide(List<Occurrence> occurrences, long nanos, String before) {
    if (occurrences.isEmpty()) {
      return true;
    }
    List<Outbox.Pending> decided = new ArrayList<>(occurrences.size());
    MachineState next = state;
    for (Occurrence occurrence : occurrences) {
      Decision decision = lifecycle.decide(next, occurrence);
      if (decision instanceof Decision.Accepted accepted) {
        next = accepted.transition().to();
        decided.add(new Outbox.Pending(this, accepted.transition(), nanos));
      } else if (decision instanceof Decision.Refused refused) {
        warn(occurrence.event().word() + " refused: " + refused.reason());
      }
    }
    boolean room = outbox.addAll(decided);
    if (room == blocked) {
      blocked = !room;
      warn(
          room
              ? "deciding again"
              : "the outbox is full ("
                  + outbox.limit()
                  + " transitions wait for the database):"
                  + " nothing is decided until there is room");
    }
    if (room) {
      state = next;
      for (Outbox.Pending pending : decided) {
        Transition transition = pending.transition();
        boolean fromMachine = "machine".equals(transition.detail().source());
        Logger.info(LogLine.of(name(), transition, before, fromMachine ? raw : null));
      }
    }
    return room;
  }

  private void tell(String newProblem) {
    problem = newProblem;
    if (newProblem != null) {
      warn(newProblem);
    } else {
      Logger.info(
          LogLine.of(
              name(),
              lastGood == null
                  ? "first good data"
                  : "good data again, the last was of " + lastGood));
    }
  }

  private void warn(String message) {
    Logger.warn(LogLine.of(name(), message));
  }
}
