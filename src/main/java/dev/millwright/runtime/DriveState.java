package dev.millwright.runtime;

import dev.millwright.journal.DriveRecord;
import dev.millwright.machine.Order;
import dev.millwright.machine.Shown;
import dev.millwright.store.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Where a drive is on the way from rest to a run and back to rest, why, and who waits for it. Does
 * no I/O. Its own lock is the drive's: whoever looks at it or changes it holds that.
 */
final class DriveState {

  enum Phase {
    /** The daemon had ended in the middle of a run: the safe state first. */
    RECOVERING,
    REST,
    /** A start is to be kept. */
    BEGINNING,
    /** It is kept, and waits for being decided on. */
    SHOWING,
    RUNNING,
    /** The run is over, and the safe state is not confirmed. */
    SAFING,
    /** What the machine shows now is to be kept. */
    ENDING,
    /** It is kept, and waits for being decided on. */
    ENDED
  }

  private final String machine;
  private final DriveSettings settings;
  private final TimeSource time;
  private final DriveMemory memory;
  private Phase phase = Phase.REST;

  /** What is to be shown next, in {@link Phase#ENDING}; null otherwise. */
  private DriveRecord next;

  /** Null when none is under way. */
  private Run run;

  private UUID process;

  /** The safe state while it is due; null when it is not. */
  private SafeState safe;

  /** What {@link #safe} leads to, and why. */
  private Shown target;

  private String why;
  private Order order;

  /** Told when that is on the disk: a stop's, a reset's. */
  private final List<Consumer<CommandResult>> waiting = new ArrayList<>();

  private long since;
  private RunProgress progress;

  DriveState(String machine, DriveSettings settings, DriveMemory memory, TimeSource time) {
    this.machine = machine;
    this.settings = settings;
    this.memory = memory;
    this.time = time;
    remember();
  }

  /** Goes on from what is on the disk. */
  void remember() {
    order = shown().order();
    if (shown().shown() == Shown.PROCESSING) {
      phase = Phase.RECOVERING;
      target = Shown.ERROR;
      why =
          "the daemon ended in the middle of "
              + (shown().recipe() == null ? "a run" : "recipe " + shown().recipe())
              + (shown().step() == null ? "" : ", step " + shown().step());
    }
    if (!shown().safe()) {
      makeSafe();
    }
  }

  /** Whether what it shows is still to be taken from the row. */
  boolean isNew() {
    return memory.isNew();
  }

  Phase phase() {
    return phase;
  }

  /** What is on the disk, and so what the machine shows. */
  DriveRecord shown() {
    return memory.shown();
  }

  /** Null when none is under way. */
  Run run() {
    return run;
  }

  /** The run's process; null before it is in the journal. */
  UUID process() {
    return process;
  }

  /** The safe state while it is due; null when it is not. */
  SafeState safe() {
    return safe;
  }

  /** Whether a run is under way that a stop would end. */
  boolean isUnderWay() {
    return phase == Phase.BEGINNING || phase == Phase.SHOWING || phase == Phase.RUNNING;
  }

  /** Whether somebody waits for what is shown next. */
  boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** Whether a run is to end before its time, though it may not have begun yet. */
  boolean isEnding() {
    return target != null;
  }

  /** Why it ends, or has; null when it need not be said. */
  String why() {
    return why;
  }

  /** How long it has waited for its start to be kept and decided on, ns. */
  long waited(long now) {
    return now - since;
  }

  /** What is to be kept and shown next; null when nothing is. */
  DriveRecord next() {
    return phase == Phase.ENDING ? next : null;
  }

  void begin(Run starting) {
    run = starting;
    phase = Phase.BEGINNING;
    since = time.nanos();
  }

  /** The start is on the disk; it runs when that is decided on, or is made safe. */
  void begun() {
    if (target == null) {
      order = shown().order();
      phase = Phase.SHOWING;
    } else {
      phase = Phase.SAFING;
      makeSafe();
    }
  }

  /** The start is in the journal as this process: the first step may write. */
  void running(UUID as) {
    process = as;
    phase = Phase.RUNNING;
    run.begin(time.nanos());
  }

  /** All steps are done; what is shown of that comes next. */
  void complete() {
    run.stop("it has completed");
    order = run.order(run.command(), time.nanos());
    why = null;
    target = Shown.COMPLETE;
  }

  /**
   * The run ends before its time: from here on no step writes.
   *
   * @param by the command that ends it; null for none
   */
  void end(Shown how, String reason, Command by) {
    run.stop(reason);
    order = run.order(by == null ? run.command() : by, time.nanos());
    target = how;
    why = reason;
    if (phase != Phase.BEGINNING) {
      phase = Phase.SAFING;
      makeSafe();
    }
  }

  /** A machine at rest has failed. */
  void failAtRest(String reason) {
    order = null;
    target = Shown.ERROR;
    why = reason;
    phase = Phase.SAFING;
    makeSafe();
  }

  /** A reset is what leads to the next state. */
  void reset(Command by) {
    order = new Order(by.id(), by.origin().operator(), by.origin().reason(), null, null);
  }

  private void makeSafe() {
    safe = new SafeState(settings.safe(), settings.safeWithin(), time.nanos());
  }

  /** The safe state is confirmed. */
  void madeSafe() {
    safe = null;
  }

  /** What the machine is to show once the safe state is confirmed, and why. */
  void showSafe() {
    String fault = phase == Phase.RECOVERING ? why + "; the safe state was written" : why;
    show(target, target == Shown.ERROR ? fault : null, true);
  }

  /** The same when it cannot be confirmed in time. */
  void showUnsafe(String trouble) {
    target = Shown.ERROR;
    why = why + "; " + trouble;
    show(Shown.ERROR, why, false);
  }

  /** To be shown as soon as it is on the disk. */
  void show(Shown how, String fault, boolean isSafe) {
    next =
        new DriveRecord(
            machine,
            how,
            shown().runs(),
            time.now(),
            isSafe,
            fault,
            shown().recipe(),
            shown().parameters(),
            shown().batch(),
            run == null ? shown().step() : run.step(time.nanos()),
            order);
    if (run != null && process != null) {
      progress = run.report(process, time.nanos()).ended(words(how));
    }
    phase = Phase.ENDING;
  }

  /** That is on the disk. */
  void ended() {
    next = null;
    phase = Phase.ENDED;
  }

  /** Tells this one when the run's end, or the reset, is on the disk and decided on. */
  void await(Consumer<CommandResult> result) {
    waiting.add(result);
  }

  /** The end of the run is on the disk: its command is told how it was. */
  void rest(CommandResult ofOthers) {
    rest(
        shown().shown() == Shown.COMPLETE
            ? CommandResult.completed(process)
            : CommandResult.failed(reason(), process),
        ofOthers);
  }

  /**
   * Nothing is under way any more; the run's command and those that ended it are told.
   *
   * @param ofOthers null where it failed
   */
  void rest(CommandResult ofRun, CommandResult ofOthers) {
    CommandResult others = ofOthers;
    if (others == null || (shown().shown() == Shown.ERROR && !shown().safe())) {
      others = CommandResult.failed(reason(), process);
    }
    tell(ofRun, others);
    run = null;
    process = null;
    target = null;
    why = null;
    phase = Phase.REST;
  }

  /** Tells those who wait, whatever follows. */
  void tell(CommandResult ofRun, CommandResult ofOthers) {
    if (run != null) {
      run.tell(ofRun);
    }
    waiting.forEach(each -> each.accept(ofOthers));
    waiting.clear();
  }

  private String reason() {
    return why == null ? "it is " + words(shown().shown()) : why;
  }

  /** How far the run is, or how the last one has ended; null when there was none. */
  RunProgress progress() {
    if (phase == Phase.RUNNING) {
      progress = run.report(process, time.nanos());
    }
    return progress;
  }

  static String words(Shown shown) {
    return shown.name().toLowerCase(Locale.ROOT);
  }
}
