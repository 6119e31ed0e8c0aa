package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Settled.How;
import dev.millwright.settings.Durations;
import dev.millwright.store.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tinylog.Logger;

/**
 * One machine in the daemon: its row, what waits for it in the journal, and the deciding of what it
 * does.
 *
 * <p>Deciding and keeping the decision happen under one lock, so that the order in the journal is
 * the order of the decisions, whichever thread they come from (I3): the link's thread observes, the
 * staleness thread notices silence, the delivery thread brings the row. What is not on the disk was
 * not decided (I2).
 */
final class MachineMonitor implements Watched {

  static final String ROW_GONE = "the machine has no row any more";

  /**
   * What all machines share.
   *
   * @param lifecycle decides
   * @param time the clocks
   * @param journal keeps what is decided
   * @param intake where decisions go
   * @param recorders keep what happens to a machine, by its name; others are not recorded
   * @param meter hears of what goes wrong
   * @param deadlines is told by when {@link #checkStaleness} has to be called
   */
  record Parts(
      Lifecycle lifecycle,
      TimeSource time,
      Journal journal,
      Intake intake,
      Map<String, Recorder> recorders,
      Meter meter,
      Deadlines deadlines) {

    /** Nothing is recorded, nor counted, and whoever asks for staleness does so by himself. */
    Parts(Lifecycle lifecycle, TimeSource time, Journal journal, Intake intake) {
      this(lifecycle, time, journal, intake, Map.of(), Meter.NONE, Deadlines.NONE);
    }
  }

  private final MachineSettings settings;
  private final TimeSource time;
  private final Journal journal;
  private final Meter meter;
  private final Deadlines deadlines;
  private final Decider decider;
  private final RefusalPause refusalPause;
  private final Complaints complaints;

  /** Guarded by this. */
  private boolean retired;

  /** Null for a machine that does not wait for an answer. */
  private final Handshake handshake;

  /** Null for a machine that takes no commands, or not here. */
  private final OwnCommands commands;

  /** What others look at. */
  private final Showcase showcase;

  /**
   * @param known what the journal knows of the machine; null when nothing
   */
  MachineMonitor(MachineSettings settings, Known known, Parts parts) {
    this(settings, Map.of(), known, parts);
  }

  /**
   * The same for a machine that runs its own recipes.
   *
   * @param commands how it is told to do something; empty when it is not
   */
  MachineMonitor(
      MachineSettings settings,
      Map<Command.Kind, CommandSettings> commands,
      Known known,
      Parts parts) {
    this.settings = settings;
    this.time = parts.time();
    this.journal = parts.journal();
    this.meter = parts.meter();
    this.deadlines = parts.deadlines();
    this.refusalPause = new RefusalPause(time);
    this.handshake = settings.handshake() == null ? null : new Handshake(settings.handshake());
    this.complaints = new Complaints(settings.serialNumber(), time, false);
    this.decider =
        new Decider(
            settings,
            Snapshot.atStart(time.moment(), known),
            new Decider.Parts(
                parts.lifecycle(),
                parts.intake()::take,
                complaints,
                Teller.LOG,
                parts.recorders().getOrDefault(settings.serialNumber(), Recorder.NONE)));
    this.showcase = new Showcase(decider, time);
    this.commands =
        commands.isEmpty()
            ? null
            : new OwnCommands(name(), commands, decider::known, time, deadlines);
    decider.tellStaleAt(deadlines);
  }

  /** What takes commands for it; null when nothing does, or not here. */
  OwnCommands commands() {
    return commands;
  }

  MachineSettings settings() {
    return settings;
  }

  @Override
  public String name() {
    return settings.serialNumber();
  }

  /** What others look at, without waiting for whoever decides. */
  Showcase showcase() {
    return showcase;
  }

  /** What is known now; null when nothing. */
  synchronized Known known() {
    return decider.current();
  }

  /**
   * What the table says, when nothing goes wrong: the first base, or what is known anyway, for
   * which nobody who decides is waited for. What waits for delivery finds out by itself whether it
   * still has its base.
   */
  void look(Row row) throws JournalException {
    Known glance = glance();
    boolean settled = glance != null && (shows(glance, row) || journal.waits(name()));
    if (settled) {
      showcase.seen(row);
    } else {
      lookAgain(row);
    }
  }

  /** The same when nobody decides meanwhile. */
  private synchronized void lookAgain(Row row) throws JournalException {
    if (retired) {
      return;
    }
    showcase.seen(row);
    if (known() == null) {
      // What waits, where only what was known cannot be read, makes the row what to begin from.
      if (!journal.waits(name())) {
        begin(row);
      }
    } else if (!shows(known(), row) && !journal.waits(name())) {
      rebase(row, "the row is not as it was left");
    }
  }

  /** There was no row at a regular look. */
  synchronized void lookMissing() throws JournalException {
    if (!retired && known() != null && !journal.waits(name())) {
      gone(ROW_GONE);
    }
  }

  private static boolean shows(Known known, Row row) {
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
    goOnFrom(base);
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
    if (retired) {
      return;
    }
    meter.conflict(name());
    if (known() == null || !row.id().equals(known().rowId())) {
      beginAnew(row, known() == null ? why : "its row was deleted and made anew");
      return;
    }
    Rebase rebase = rebase(row);
    journal.rebase(rebase.base());
    goOnFrom(rebase.base());
    showcase.seen(row);
    showcase.settled(How.CONFLICT, why + ": " + rebase.words());
    complaints.note(why + ": " + rebase.words() + "; I decide again from the row and the machine");
  }

  /**
   * The database refuses this transition for its content. It is kept, and nothing is decided for a
   * while, as it would most likely be the same again (I8).
   */
  synchronized void refused(Entry entry, Row row, String why) throws JournalException {
    if (retired) {
      return;
    }
    if (known() == null) {
      beginAnew(row, "the database refuses " + Rebase.words(entry) + ": " + why);
      return;
    }
    Known base = rebase(row).base();
    journal.quarantine(entry.id(), why, base);
    goOnFrom(base);
    showcase.seen(row);
    showcase.settled(How.REFUSED, Rebase.words(entry) + ": " + why);
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

  /**
   * Something was delivered: whatever the database refused is no longer what happens here. Waits
   * for nobody who decides.
   */
  void delivered() {
    refusalPause.end();
  }

  /**
   * There is no row, or what waits for it cannot be read. What waits is kept, out of the way, and
   * nothing more is decided until there is a row to begin from.
   */
  synchronized void gone(String why) throws JournalException {
    if (retired) {
      return;
    }
    boolean waits = journal.waits(name());
    if (known() == null && !waits) {
      return;
    }
    List<Entry> oldest = journal.oldest(name(), 1);
    journal.quarantineAll(name(), why);
    showcase.settled(How.GONE, why);
    if (waits) {
      complaints.note(
          why
              + ": "
              + (oldest.isEmpty() ? "it" : Rebase.words(oldest.get(0)))
              + " and what follows cannot be delivered; kept ('millwright journal list')");
    }
    goOnFrom(null);
  }

  /** From what waits, but for what was quarantined and retried: that is in nobody's way. */
  private Rebase rebase(Row row) throws JournalException {
    List<Transition> waiting =
        journal.oldest(name(), Rebase.LOOK).stream()
            .filter(entry -> !entry.retried())
            .map(Entry::transition)
            .toList();
    return new Rebase(known(), row, waiting, settings.staleAfter());
  }

  @Override
  public void observe(Observation observation) {
    if (commands != null) {
      // Who takes commands is looked at for them each time.
      observe(observation, time.moment());
      return;
    }
    // The moment is that of the observation, however long whoever decides is waited for then.
    long wallMillis = time.wall().millis();
    long nanos = time.nanos();
    if (!repeats(observation, wallMillis, nanos)) {
      observe(observation, time.moment(nanos));
    }
  }

  /**
   * Whether it was taken as one of many that show the same. None is in a pause after a refusal:
   * that begins anew from the row.
   */
  private synchronized boolean repeats(Observation observation, long wallMillis, long nanos) {
    return decider.repeats(observation, wallMillis, nanos);
  }

  /** The same of a moment that has passed. */
  synchronized void observe(Observation observation, Moment at) {
    observe(observation, at, commands == null ? null : commands.asked());
    if (commands != null) {
      commands.seen(
          decider.isConcluded() ? decider.known().memory().shown() : null,
          stateRead(observation, at.nanos()),
          decider.taken());
    }
  }

  /** The same of what the machine was asked for by then. */
  synchronized void observe(Observation observation, Moment at, Asked asked) {
    apply(new Input.Observed(at, observation, refusalPause.lasts(), asked));
    if (!decider.isGood()) {
      meter.unreadable(name());
    }
  }

  /** Whether all that was observed last is decided, and on the disk. */
  synchronized boolean isConcluded() {
    return decider.isConcluded();
  }

  /** What is known now, or was a moment ago; without waiting for whoever decides. */
  Known glance() {
    return decider.known();
  }

  private long stateRead(Observation observation, long now) {
    return now - observation.age(settings.lifecycle().state().tag()).atMost().toNanos();
  }

  @Override
  public boolean mayBeDue() {
    return commands != null;
  }

  @Override
  public boolean isCommanded() {
    return commands != null;
  }

  @Override
  public boolean isBusy() {
    return commands != null && commands.isBusy();
  }

  @Override
  public List<TagWrite> due(Urgency urgency) {
    return commands == null || commands.urgency() != urgency ? List.of() : commands.due();
  }

  @Override
  public void written(List<Written> written) {
    commands.written(written);
  }

  @Override
  public synchronized TagWrite answer(Observation observation) {
    if (handshake == null) {
      return null;
    }
    long now = time.nanos();
    return handshake.after(observation, decider.isConcluded(), stateRead(observation, now), now);
  }

  @Override
  public synchronized void answered(Written written) {
    String trouble = handshake.written(written, time.nanos());
    if (trouble != null) {
      complaints.note(trouble + "; trying again until it works");
    }
  }

  /** What was decided cannot be written now, for a reason that is this machine's alone. */
  synchronized void waits(String why) {
    showcase.settled(How.WAITS, why);
    complaints.note(why);
  }

  @Override
  public synchronized void linkDown(String reason) {
    apply(new Input.LinkDown(time.moment(), reason));
  }

  @Override
  public synchronized void fail(String reason) {
    apply(new Input.Failed(time.moment(), reason));
  }

  /**
   * Looks at the age of the data: beyond the limit nothing is known any more (I4). Looks also at
   * what the machine was told to do and has not confirmed in time.
   *
   * @return false when that was to be decided, and the journal takes nothing
   */
  synchronized boolean checkStaleness() {
    if (commands != null) {
      commands.expire();
    }
    boolean taken = !decider.isStale(time.nanos()) || decider.apply(new Input.Stale(time.moment()));
    decider.tellStaleAt(deadlines);
    return taken;
  }

  /**
   * The daemon stops watching, so nothing will be known of the machine from now on (I4): nothing is
   * decided any more, whatever a link that could not be stopped may still bring.
   */
  synchronized void leave() {
    apply(new Input.Left(time.moment(), Input.Left.STOPPED));
  }

  /**
   * The daemon goes on without this object; another may take its place. From now on nothing changes
   * here, whoever still holds it: what waits is for whoever watches the machine then.
   *
   * @param why for the history
   * @return what is known of the machine in the end; null when nothing is
   */
  synchronized Known retire(String why) {
    if (!retired) {
      apply(new Input.Left(time.moment(), why));
      retired = true;
    }
    return known();
  }

  synchronized boolean isRetired() {
    return retired;
  }

  private void apply(Input input) {
    // What was not taken is decided again from what the machine shows next, or found stale again.
    boolean unused = decider.apply(input);
    decider.tellStaleAt(deadlines);
  }

  /** From now on somebody else's word is what is known. */
  private void goOnFrom(Known base) {
    decider.rebase(base, time.moment());
    decider.tellStaleAt(deadlines);
  }
}
