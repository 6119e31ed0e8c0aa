package dev.millwright.runtime;

import dev.millwright.device.Observation;
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
import dev.millwright.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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

  private final Complaints complaints;

  /** The state decided last; null while the row is not known: then nothing can be decided. */
  private MachineState state;

  /** Null until the row was known for the first time. */
  private Memory memory;

  private UUID rowId;

  private long lastGoodNanos;
  private boolean everGood;
  private String raw;
  private String problem;
  private boolean blocked;
  private boolean left;

  MachineMonitor(MachineSettings settings, Lifecycle lifecycle, TimeSource time, Outbox outbox) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.time = time;
    this.outbox = outbox;
    this.reader = new StateReader(settings.lifecycle(), settings.acceptUncertain());
    this.interpreter = new Interpreter(settings.lifecycle().state().complete().isEmpty(), SETTLE);
    this.complaints = new Complaints(settings.serialNumber(), time, false);
    // A machine that never answers is as silent as one that has fallen silent now.
    this.lastGoodNanos = time.nanos();
  }

  MachineSettings settings() {
    return settings;
  }

  String name() {
    return settings.serialNumber();
  }

  /**
   * The row, from which everything is decided on. After {@link #loseBase} it is a new base for what
   * is remembered; the next observation decides again.
   */
  synchronized void base(Row row) {
    state = row.state();
    if (row.id().equals(rowId)) {
      memory = memory.basedOn(row.lastCycle(), state.processId(), lastContact(state));
    } else {
      rowId = row.id();
      memory =
          Memory.ofRow(row.lastCycle(), row.lastRecipe(), state.processId(), lastContact(state));
    }
  }

  /**
   * The last moment at which the row proves that the machine was seen. When it was written proves
   * nothing: a database that was away gets its rows late.
   */
  private Instant lastContact(MachineState row) {
    if (row.since() == null) {
      return null;
    }
    return row.status() == Status.OFFLINE ? row.since().minus(settings.staleAfter()) : row.since();
  }

  /**
   * A transition did not take effect, so that whatever was decided after it is void as well, and
   * nothing more can be decided until the row is known again (decision 0011). Runs of the voided
   * transitions are not lost: the counter still proves them.
   *
   * @param why for the log
   */
  synchronized void loseBase(String why) {
    List<Outbox.Pending> voided = outbox.discard(this);
    memory = memory.undone(voided.stream().map(Outbox.Pending::transition).toList());
    state = null;
    complaints.note(
        why
            + "; "
            + (voided.size() == 1
                ? "the transition is void"
                : voided.size() + " undelivered transitions are void")
            + ", and I decide again from the row and what the machine shows");
  }

  /** What the machine's interface has read. */
  synchronized void observe(Observation observation) {
    long nanos = time.nanos();
    StateReader.Result result = reader.read(observation, time.now(), nanos);
    problem = result.problem();
    if (problem == null) {
      complaints.well(everGood ? "good data again" : "first good data");
    } else {
      complaints.trouble(problem, problem);
    }
    if (result.sighting() == null || left) {
      return;
    }
    String before = raw;
    raw = result.raw();
    if (state != null && !decide(result.sighting(), before)) {
      raw = before;
    } else if (state == null && memory != null) {
      // What it does while nothing can be decided is concluded afterwards, not seen (I4).
      memory = memory.afterGap();
    }
    // A state that was carried over while other tags came is as old as it is (I4). It never makes
    // what
    // is known older than it was.
    long stateNanos = nanos - observation.age(settings.lifecycle().state().tag()).toNanos();
    lastGoodNanos = everGood && stateNanos - lastGoodNanos < 0 ? lastGoodNanos : stateNanos;
    everGood = true;
  }

  private boolean decide(Sighting sighting, String before) {
    Interpretation told = interpreter.interpret(memory, state, sighting);
    if (!decide(told.occurrences(), sighting.nanos(), before)) {
      memory = memory.afterGap();
      return false;
    }
    if (told.note() != null) {
      complaints.note(told.note());
    }
    memory = told.memory(state);
    return true;
  }

  /** What was decided cannot be written now, for a reason that is this machine's alone. */
  synchronized void waits(String why) {
    complaints.note(why);
  }

  /** The link to the machine is broken; the machine goes offline only when its data is stale. */
  synchronized void linkDown(String reason) {
    problem = reason;
  }

  /** What the machine showed could not be dealt with; if that lasts, it goes offline. */
  synchronized void fail(String reason) {
    problem = reason;
    complaints.trouble(reason, reason);
  }

  /** Looks at the age of the data: beyond the limit nothing is known any more (I4). */
  synchronized void checkStaleness() {
    if (left || state == null || state.status() == Status.OFFLINE) {
      return;
    }
    long age = time.nanos() - lastGoodNanos;
    if (age > settings.staleAfter().toNanos()) {
      lose(
          (everGood ? "no good data for " : "no good data since the start, for ")
              + Duration.ofNanos(age).toMillis()
              + " ms (stale_after is "
              + settings.staleAfter().toMillis()
              + " ms)"
              + (problem == null ? "" : ": " + problem));
    }
  }

  /**
   * The daemon stops watching, so nothing will be known of the machine from now on (I4): nothing is
   * decided any more, whatever a link that could not be stopped may still bring.
   */
  synchronized void leave() {
    left = true;
    if (state != null && state.status() != Status.OFFLINE) {
      lose("the daemon was stopped");
    }
  }

  private void lose(String reason) {
    if (decide(List.of(memory.linkLost(time.now(), reason)), time.nanos(), raw)) {
      memory = memory.afterLinkLost();
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
        complaints.note(occurrence.event().word() + " refused: " + refused.reason());
      }
    }
    boolean room = outbox.addAll(decided);
    if (room == blocked) {
      blocked = !room;
      complaints.note(
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
        boolean fromMachine = transition.detail().isFromMachine();
        Logger.info(LogLine.of(name(), transition, before, fromMachine ? raw : null));
      }
    }
    return room;
  }
}
