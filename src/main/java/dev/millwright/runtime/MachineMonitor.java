package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
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
import dev.millwright.settings.Durations;
import dev.millwright.store.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.tinylog.Logger;

/**
 * One machine: what is known of it, and the deciding of what it does.
 *
 * <p>Deciding and keeping the decision happen under one lock, so that the order in the journal is
 * the order of the decisions, whichever thread they come from (I3): the link's thread observes, the
 * staleness thread notices silence, the delivery thread brings the row. What is not on the disk was
 * not decided (I2).
 */
final class MachineMonitor {

  /** How long counter and state may disagree before the counter is believed. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  static final String ROW_GONE = "the machine has no row any more";

  /**
   * What all machines share.
   *
   * @param lifecycle decides
   * @param time the clocks
   * @param journal keeps what is decided
   * @param intake where decisions go
   */
  record Parts(Lifecycle lifecycle, TimeSource time, Journal journal, Intake intake) {}

  private final MachineSettings settings;
  private final Lifecycle lifecycle;
  private final TimeSource time;
  private final Journal journal;
  private final Intake intake;
  private final StateReader reader;
  private final Interpreter interpreter;
  private final Freshness freshness;
  private final RefusalPause refusalPause;
  private final Complaints complaints;

  /**
   * What is known after the last decision: as in the journal, but for what the machine has shown
   * since. Null while there is no row, so that nothing can be decided.
   */
  private Known known;

  private String raw;
  private String problem;
  private boolean left;

  /** When the machine was told to be lost, on the monotonic clock, or else the start. */
  private long lost;

  /** Since when a gap waits to be concluded upon, on the monotonic clock; null when none does. */
  private Long gapSince;

  /** What was seen last in that time. */
  private Sighting unconfirmed;

  /**
   * @param known what the journal knows of the machine; null when nothing
   */
  MachineMonitor(MachineSettings settings, Known known, Parts parts) {
    this.settings = settings;
    this.known = known;
    this.lifecycle = parts.lifecycle();
    this.time = parts.time();
    this.journal = parts.journal();
    this.intake = parts.intake();
    this.reader = new StateReader(settings.lifecycle(), settings.acceptUncertain());
    this.interpreter =
        new Interpreter(
            settings.lifecycle().counterCounts(),
            settings.lifecycle().state().idleMeansComplete(),
            settings.lifecycle().state().stopProvesRun(),
            SETTLE);
    this.lost = time.nanos();
    this.freshness = new Freshness(time, settings.staleAfter());
    this.refusalPause = new RefusalPause(time);
    this.complaints = new Complaints(settings.serialNumber(), time, false);
  }

  MachineSettings settings() {
    return settings;
  }

  String name() {
    return settings.serialNumber();
  }

  /** What is known now; null when nothing. */
  synchronized Known known() {
    return known;
  }

  /**
   * What the table says, when nothing goes wrong: the first base, or what is known anyway. What
   * waits for delivery finds out by itself whether it still has its base.
   */
  synchronized void look(Row row) throws JournalException {
    if (known == null) {
      // What waits, where only what was known cannot be read, makes the row what to begin from.
      if (!journal.waits(name())) {
        begin(row);
      }
    } else if (!shows(row) && !journal.waits(name())) {
      rebase(row, "the row is not as it was left");
    }
  }

  /** There was no row at a regular look. */
  synchronized void lookMissing() throws JournalException {
    if (known != null && !journal.waits(name())) {
      gone(ROW_GONE);
    }
  }

  private boolean shows(Row row) {
    MachineState state = known.state();
    return row.id().equals(known.rowId())
        && Objects.equals(row.lastTransitionId(), known.transitionId())
        && row.state().seq() == state.seq()
        && row.state().status() == state.status()
        && Objects.equals(row.state().processId(), state.processId());
  }

  private void begin(Row row) throws JournalException {
    Known base = Rebase.first(name(), row, settings.staleAfter());
    journal.begin(base);
    known = base;
    Logger.info(LogLine.of(name(), "row is " + Rebase.words(row)));
  }

  /**
   * Somebody else has written the row, or a backup of it was restored: what waits for it is void,
   * and the next observation decides again from the row as it is. Runs of the voided transitions
   * are not lost: the counter still proves them.
   *
   * @param why for the log
   */
  synchronized void rebase(Row row, String why) throws JournalException {
    if (known == null || !row.id().equals(known.rowId())) {
      beginAnew(row, known == null ? why : "its row was deleted and made anew");
      return;
    }
    Rebase rebase = rebase(row);
    journal.rebase(rebase.base());
    known = rebase.base();
    complaints.note(why + ": " + rebase.words() + "; I decide again from the row and the machine");
  }

  /**
   * The database refuses this transition for its content. It is kept, and nothing is decided for a
   * while, as it would most likely be the same again (I8).
   */
  synchronized void refused(Entry entry, Row row, String why) throws JournalException {
    if (known == null) {
      beginAnew(row, "the database refuses " + Rebase.words(entry) + ": " + why);
      return;
    }
    Known base = rebase(row).base();
    journal.quarantine(entry.id(), why, base);
    known = base;
    complaints.note(
        "the database refuses "
            + Rebase.words(entry)
            + ": "
            + why
            + "; it is kept ('millwright journal list'), and nothing is decided for "
            + Durations.words(refusalPause.refused()));
  }

  private void beginAnew(Row row, String why) throws JournalException {
    gone(why);
    begin(row);
  }

  /** Something was delivered: whatever the database refused is no longer what happens here. */
  synchronized void delivered() {
    refusalPause.end();
  }

  /**
   * There is no row, or what waits for it cannot be read. What waits is kept, out of the way, and
   * nothing more is decided until there is a row to begin from.
   */
  synchronized void gone(String why) throws JournalException {
    boolean waits = journal.waits(name());
    if (known == null && !waits) {
      return;
    }
    List<Entry> oldest = journal.oldest(name(), 1);
    journal.quarantineAll(name(), why);
    if (waits) {
      complaints.note(
          why
              + ": "
              + (oldest.isEmpty() ? "it" : Rebase.words(oldest.get(0)))
              + " and what follows cannot be delivered; kept ('millwright journal list')");
    }
    known = null;
  }

  /** From what waits, but for what was quarantined and retried: that is in nobody's way. */
  private Rebase rebase(Row row) throws JournalException {
    List<Transition> waiting =
        journal.oldest(name(), Rebase.LOOK).stream()
            .filter(entry -> !entry.retried())
            .map(Entry::transition)
            .toList();
    return new Rebase(known, row, waiting, settings.staleAfter());
  }

  /** What the machine's interface has read. */
  synchronized void observe(Observation observation) {
    long arrived = time.nanos();
    StateReader.Result result = reader.read(observation, time.now(), arrived);
    problem = result.problem();
    if (problem == null) {
      complaints.well(freshness.everGood() ? "good data again" : "first good data");
    } else {
      complaints.trouble(problem, problem);
    }
    if (result.sighting() == null) {
      forgetShown();
    }
    long read = arrived - observation.age(settings.lifecycle().state().tag()).atMost().toNanos();
    if (result.sighting() == null || left || read - lost < 0) {
      // What was read before the machine was told to be lost does not find it again.
      return;
    }
    String before = raw;
    raw = result.raw();
    if (freshness.isStale()) {
      // Nobody has noticed: this process, or the whole host, has stood still.
      forgetShown();
    }
    boolean held = known == null || refusalPause.lasts();
    Sighting sure = held ? null : sure(observation, result.sighting());
    if (sure == null) {
      // What it does while nothing can be decided is concluded afterwards, not seen (I4).
      forgetShown();
    } else if (!decide(sure, before)) {
      raw = before;
    }
    freshness.good(read);
  }

  /**
   * The sighting, as soon as it can be concluded upon; null until then. After a gap the counter
   * that is to tell what happened may be missing, or may be of another moment than the state: then
   * another run is taken for the same one, or one for the other. What is seen twice in a row is
   * believed; it is not waited for longer than a second.
   */
  private Sighting sure(Observation observation, Sighting sighting) {
    Memory memory = known.memory();
    if (!memory.isGapIn(known.state()) || memory.counter() == null) {
      gapSince = null;
      return sighting;
    } else if (gapSince == null) {
      gapSince = sighting.nanos();
      unconfirmed = null;
    }
    boolean counted = sighting.cycle() != null;
    boolean again = counted && repeats(sighting);
    unconfirmed = sighting;
    boolean late = sighting.nanos() - gapSince >= SETTLE.toNanos();
    if (again) {
      return sighting.again();
    }
    return late || (counted && isOfOneMoment(observation)) ? sighting : null;
  }

  private boolean isOfOneMoment(Observation observation) {
    LifecycleSettings lifecycle = settings.lifecycle();
    return observation.age(lifecycle.state().tag()).equals(observation.age(lifecycle.counter()));
  }

  private boolean repeats(Sighting sighting) {
    return unconfirmed != null
        && unconfirmed.shown() == sighting.shown()
        && Objects.equals(unconfirmed.cycle(), sighting.cycle());
  }

  private boolean decide(Sighting sighting, String before) {
    Interpretation told = interpreter.interpret(known.memory(), known.state(), sighting);
    if (!decide(told.occurrences(), told::memory, before)) {
      forgetShown();
      return false;
    }
    if (told.note() != null) {
      complaints.note(told.note());
    }
    return true;
  }

  /** Whatever the machine does until it is seen again is concluded, not seen (I4). */
  private void forgetShown() {
    if (known != null) {
      known = known.with(known.memory().afterGap());
    }
  }

  /** What was decided cannot be written now, for a reason that is this machine's alone. */
  synchronized void waits(String why) {
    complaints.note(why);
  }

  /** The link to the machine is broken; the machine goes offline only when its data is stale. */
  synchronized void linkDown(String reason) {
    problem = reason;
    forgetShown();
  }

  /** What the machine showed could not be dealt with; if that lasts, it goes offline. */
  synchronized void fail(String reason) {
    problem = reason;
    complaints.trouble(reason, reason);
  }

  /** A fault in dealing with this machine must not spoil the others' (FIELD 6). */
  void fail(RuntimeException unexpected) {
    Logger.debug(unexpected);
    fail("unexpected " + unexpected.getClass().getSimpleName() + ": " + LogLine.cause(unexpected));
  }

  /**
   * Looks at the age of the data: beyond the limit nothing is known any more (I4).
   *
   * @return false when that was to be decided, and the journal takes nothing
   */
  synchronized boolean checkStaleness() {
    if (left || known == null || known.state().status() == Status.OFFLINE) {
      return true;
    }
    return !freshness.isStale() || lose(freshness + (problem == null ? "" : ": " + problem));
  }

  /**
   * The daemon stops watching, so nothing will be known of the machine from now on (I4): nothing is
   * decided any more, whatever a link that could not be stopped may still bring.
   */
  synchronized void leave() {
    left = true;
    if (known != null && known.state().status() != Status.OFFLINE) {
      boolean unused = lose("the daemon was stopped");
    }
  }

  private boolean lose(String reason) {
    Memory memory = known.memory();
    lost = time.nanos();
    return decide(
        List.of(memory.linkLost(time.now(), reason)), reached -> memory.afterLinkLost(), raw);
  }

  /**
   * Decides all or nothing.
   *
   * @param after what to remember in the state that is reached
   * @return false when the journal takes nothing
   */
  private boolean decide(
      List<Occurrence> occurrences, Function<MachineState, Memory> after, String before) {
    List<Transition> decided = new ArrayList<>(occurrences.size());
    MachineState next = known.state();
    for (Occurrence occurrence : occurrences) {
      Decision decision = lifecycle.decide(next, occurrence);
      if (decision instanceof Decision.Accepted accepted) {
        next = accepted.transition().to();
        decided.add(accepted.transition());
      } else if (decision instanceof Decision.Refused refused) {
        complaints.note(occurrence.event().word() + " refused: " + refused.reason());
      }
    }
    if (decided.isEmpty()) {
      known = known.with(after.apply(next));
      return true;
    }
    Known then =
        new Known(
            name(), known.rowId(), next, decided.get(decided.size() - 1).id(), after.apply(next));
    if (!intake.take(known, then, decided)) {
      return false;
    }
    known = then;
    for (Transition transition : decided) {
      String now = transition.detail().isFromMachine() ? raw : null;
      Logger.info(LogLine.of(name(), transition, before, now));
    }
    return true;
  }
}
