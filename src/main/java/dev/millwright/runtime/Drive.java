package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Journal;
import dev.millwright.journal.Known;
import dev.millwright.machine.Order;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.recipe.Action;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import dev.millwright.store.RunProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tinylog.Logger;

/**
 * The controller of a machine that has none: it takes commands, steps a recipe, and shows a state
 * as a machine does. Its state is on the disk before anybody sees it (I2), and the start of a run
 * is in the journal before the first step writes. Whatever ends a run before its time is followed
 * by the safe state (I7); a run never goes on after a crash.
 *
 * <p>Three threads meet here, under one lock that is held for no I/O: commands come from any; the
 * link's thread asks what to write; the deciding thread alone changes what is on the disk.
 */
final class Drive implements Commandable {

  /** How long the journal may refuse a start before it is given up. */
  static final Duration START_LIMIT = Duration.ofSeconds(10);

  /** How long to wait before the journal is tried again. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private enum Phase {
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

  /**
   * What it works with.
   *
   * @param settings of the machine
   * @param tags what is known of its tags, by name
   * @param staleAfter how old what is seen may be
   * @param recipes all there are, by name
   * @param journal keeps what it shows
   * @param known what is known of the machine's row; null when nothing is
   * @param keeper has something done on the deciding thread
   * @param time the clocks
   */
  record Parts(
      DriveSettings settings,
      Map<String, TagKind> tags,
      Duration staleAfter,
      Map<String, Recipe> recipes,
      Journal journal,
      Supplier<Known> known,
      Consumer<Runnable> keeper,
      TimeSource time) {}

  private final String machine;
  private final Parts parts;
  private final TimeSource time;
  private final MachineView view;
  private final Starts starts;
  private final Complaints complaints;

  private Phase phase;

  private final DriveMemory memory;

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
  private Long tryAgain;
  private boolean writingSafe;
  private boolean writing;
  private String left;
  private RunProgress progress;
  private String keptStep;
  private long stepKept;

  /**
   * @param kept what it showed last; null when it never did
   */
  Drive(String machine, DriveRecord kept, Parts parts) {
    this.machine = machine;
    this.parts = parts;
    this.time = parts.time();
    this.view = new MachineView(parts.tags(), parts.staleAfter());
    this.starts = new Starts(machine, parts);
    this.complaints = new Complaints(machine, time, true);
    this.memory = new DriveMemory(machine, kept, parts.journal(), time);
    this.phase = Phase.REST;
    this.order = shown().order();
    this.stepKept = time.nanos();
    if (shown().shown() == Shown.PROCESSING) {
      phase = Phase.RECOVERING;
      target = Shown.ERROR;
      why =
          "the daemon ended in the middle of recipe "
              + shown().recipe()
              + (shown().step() == null ? ", before its first step" : ", step " + shown().step());
    }
    if (!shown().safe()) {
      makeSafe();
    }
  }

  private void makeSafe() {
    safe = new SafeState(parts.settings().safe(), parts.settings().safeWithin(), time.nanos());
  }

  private DriveRecord shown() {
    return memory.shown();
  }

  // What comes from any thread.

  @Override
  public synchronized String refusal(Command command) {
    if (left != null) {
      return left;
    }
    Known known = parts.known().get();
    String unfit = command.tooLong();
    if (unfit != null) {
      return unfit;
    } else if (known == null) {
      return NO_ROW;
    } else if (command.process() != null && !command.process().equals(process)) {
      return Commandable.notUnderWay(command, process);
    }
    return switch (command.kind()) {
      case START -> refusalOfStart(command, known);
      case STOP -> isUnderWay() ? null : noRun();
      case RESET -> refusalOfReset();
      case HOLD -> phase != Phase.RUNNING ? noRun() : run.isHolding() ? "it is held already" : null;
      case UNHOLD -> phase != Phase.RUNNING ? noRun() : run.isHolding() ? null : "it is not held";
    };
  }

  private boolean isUnderWay() {
    return phase == Phase.BEGINNING || phase == Phase.SHOWING || phase == Phase.RUNNING;
  }

  private String noRun() {
    return phase == Phase.REST
        ? words(shown().shown()) + ": there is no run"
        : "the run is being ended already";
  }

  private String refusalOfStart(Command command, Known known) {
    if (phase != Phase.REST) {
      return isUnderWay()
          ? "busy with recipe " + run.recipe().name() + ": stop it or let it end first"
          : "busy: the end of the last run is not on the disk yet";
    } else if (shown().shown() == Shown.ERROR) {
      return "in error (" + shown().fault() + "): reset first, then start";
    } else if (safe != null) {
      return safe.trouble();
    } else if (known.state().status() != Status.IDLE) {
      return known.state().status().word()
          + ": the machine has to be idle; is it in contact, and is its row as it should be?";
    }
    return starts.refusal(command, view.at(time.nanos()));
  }

  private String refusalOfReset() {
    if (phase != Phase.REST || shown().shown() != Shown.ERROR) {
      return words(shown().shown()) + ": nothing to reset";
    } else if (safe != null) {
      return safe.trouble();
    }
    String fault = fault();
    return fault == null ? null : "the machine still says: " + fault;
  }

  @Override
  public synchronized void command(Command command, Consumer<CommandResult> result) {
    String refusal = refusal(command);
    if (refusal != null) {
      result.accept(CommandResult.failed(refusal, process));
      return;
    }
    Command.Origin origin = command.origin();
    switch (command.kind()) {
      case START -> {
        run = new Run(command, starts.program(command, view), parts.settings(), result);
        phase = Phase.BEGINNING;
        since = time.nanos();
        parts.keeper().accept(this::keepStart);
      }
      case STOP -> {
        waiting.add(result);
        String by = origin.operator() == null ? "" : " by " + origin.operator();
        String because = origin.reason() == null ? "" : ": " + origin.reason();
        end(Shown.STOPPED, "stopped" + by + because, command);
      }
      case RESET -> {
        waiting.add(result);
        order = new Order(command.id(), origin.operator(), origin.reason(), null, null);
        show(Shown.IDLE, null, true);
      }
      case HOLD -> run.hold(result);
      case UNHOLD -> {
        run.unhold(time.nanos());
        result.accept(CommandResult.completed(process));
      }
    }
  }

  @Override
  public synchronized void leave(String reason) {
    left = reason;
    if (isUnderWay()) {
      end(Shown.STOPPED, reason, null);
    }
  }

  /** Whether nothing is under way, and the safe state is not due. */
  synchronized boolean isAtRest() {
    return phase == Phase.REST && safe == null;
  }

  /** The daemon waits no longer: whoever still waits is told so. */
  synchronized void abandon() {
    if (phase != Phase.REST) {
      tell(CommandResult.failed(why == null ? "the daemon was stopped" : why, process));
    }
  }

  // The end of a run.

  /** From here on no step writes. */
  private void end(Shown how, String reason, Command by) {
    run.stop(reason);
    order = run.order(time.nanos());
    if (by != null) {
      Command.Origin origin = by.origin();
      order =
          new Order(
              by.id(), origin.operator(), origin.reason(), order.recipeHash(), order.pulses());
    }
    target = how;
    why = reason;
    if (phase != Phase.BEGINNING) {
      phase = Phase.SAFING;
      makeSafe();
    }
  }

  /** To be shown as soon as it is on the disk. */
  private void show(Shown how, String fault, boolean isSafe) {
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
    tryAgain = null;
    parts.keeper().accept(this::keepEnd);
  }

  // The link's thread.

  /** Takes what the machine shows. */
  synchronized void see(Observation seen, long at) {
    view.see(seen, at);
    String fault = fault();
    if (fault != null) {
      fail("the machine says: " + fault);
    }
  }

  private String fault() {
    DriveSettings.Fault says = parts.settings().fault();
    String value = says == null ? null : view.at(time.nanos()).text(says.tag());
    if (value == null || !says.values().contains(value)) {
      return null;
    }
    String text = view.text(says.text());
    return text == null || text.isEmpty() ? says.tag() + " = " + value : text;
  }

  /** The run fails, if there is one; a machine at rest that fails is in error as well. */
  synchronized void fail(String reason) {
    if (isUnderWay()) {
      end(Shown.ERROR, reason, null);
    } else if (phase == Phase.REST && shown().shown() != Shown.ERROR && left == null) {
      order = null;
      target = Shown.ERROR;
      why = reason;
      phase = Phase.SAFING;
      makeSafe();
    }
  }

  /** The link is broken: what runs cannot be stepped any more. */
  synchronized void lost(String reason) {
    if (isUnderWay()) {
      end(Shown.ERROR, "the link was lost: " + reason, null);
    }
  }

  synchronized boolean isBusy() {
    return phase != Phase.REST || safe != null;
  }

  /** When a pulse is to end; null when none is on. */
  synchronized Long pulseEnd() {
    return phase == Phase.RUNNING ? run.pulseEnd() : null;
  }

  /** What is to be written now; null when nothing of that urgency is. */
  synchronized TagWrite due(Urgency urgency) {
    long now = time.nanos();
    if (safe != null) {
      watchSafe(now);
      TagWrite write = urgency == Urgency.SAFE ? safe.due(now) : null;
      writingSafe = write != null;
      return write;
    }
    return phase == Phase.RUNNING && urgency != Urgency.SAFE ? step(urgency, now) : null;
  }

  private TagWrite step(Urgency urgency, long now) {
    Long contact = view.contact();
    if (contact == null || now - contact > parts.staleAfter().toNanos()) {
      end(Shown.ERROR, "no contact with the machine for longer than stale_after", null);
      return null;
    }
    Action action = run.next(view.at(now), now);
    keepStep(now);
    if (action instanceof Action.Write write) {
      boolean urgent = urgency == Urgency.PULSE_END;
      writing = write.endsPulse() == urgent;
      return writing ? new TagWrite(write.tag(), write.value()) : null;
    } else if (action instanceof Action.Held && urgency == Urgency.STEP) {
      TagWrite write = run.held();
      writing = write != null;
      return write;
    } else if (action instanceof Action.Complete) {
      run.stop("it has completed");
      order = run.order(now);
      why = null;
      target = Shown.COMPLETE;
      show(Shown.COMPLETE, null, true);
    } else if (action instanceof Action.Fail failed) {
      end(Shown.ERROR, failed.reason(), null);
    }
    return null;
  }

  /** What became of it. */
  synchronized void written(Written written) {
    long now = time.nanos();
    if (writingSafe) {
      writingSafe = false;
      safe.written(written, now);
      watchSafe(now);
    } else if (writing) {
      writing = false;
      if (run != null) {
        run.written(written, now);
      }
    }
  }

  /** Goes on when the safe state is confirmed, or cannot be within its time. */
  synchronized void watchSafe() {
    if (safe != null) {
      watchSafe(time.nanos());
    }
  }

  private void watchSafe(long now) {
    boolean reached = safe != null && safe.isDone();
    boolean ending = phase == Phase.SAFING || phase == Phase.RECOVERING;
    if (reached) {
      safe = null;
      if (ending) {
        boolean recovered = phase == Phase.RECOVERING;
        String fault = recovered ? why + "; the safe state was written" : why;
        show(target, target == Shown.ERROR ? fault : null, true);
      } else {
        complaints.note("the safe state is written at last");
        parts.keeper().accept(this::keepSafe);
      }
    } else if (safe != null && safe.becomesLate(now)) {
      String trouble = safe.trouble();
      Logger.error(LogLine.of(machine, trouble + "; trying again until it works; LOOK AT IT"));
      if (ending) {
        target = Shown.ERROR;
        why = why + "; " + trouble;
        show(Shown.ERROR, why, false);
      }
    }
  }

  /** At most once a second: where the run was, for whoever finds it after a crash. */
  private void keepStep(long now) {
    if (now - stepKept < AGAIN.toNanos()) {
      return;
    }
    String step = run.step(now);
    if (step != null && !step.equals(keptStep)) {
      stepKept = now;
      keptStep = step;
      parts.keeper().accept(() -> keepStep(step));
    }
  }

  // The deciding thread.

  private void keepStart() {
    Run starting;
    synchronized (this) {
      if (phase != Phase.BEGINNING) {
        return;
      }
      starting = run;
      if (target != null) {
        // It was stopped before anything was kept of it.
        rest(CommandResult.failed(why, null), CommandResult.completed(null));
        return;
      }
    }
    String trouble = memory.begin(starting, time.now());
    synchronized (this) {
      if (trouble != null) {
        rest(CommandResult.failed("the start cannot be kept: " + trouble, null), null);
      } else if (target == null) {
        order = shown().order();
        phase = Phase.SHOWING;
      } else {
        phase = Phase.SAFING;
        makeSafe();
      }
    }
  }

  private void keepEnd() {
    DriveRecord ended;
    synchronized (this) {
      if (phase != Phase.ENDING || next == null) {
        return;
      }
      ended = next;
    }
    String trouble = memory.show(ended);
    synchronized (this) {
      if (trouble != null) {
        tryAgain = time.nanos() + AGAIN.toNanos();
        return;
      }
      next = null;
      phase = Phase.ENDED;
      if (safe == null && !ended.safe()) {
        parts.keeper().accept(this::keepSafe);
      }
    }
  }

  private void keepStep(String step) {
    if (isRunning()) {
      memory.step(step);
    }
  }

  private synchronized boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  private void keepSafe() {
    boolean due;
    synchronized (this) {
      due = safe == null && phase != Phase.ENDING;
    }
    if (due && !shown().safe()) {
      memory.safe();
    }
  }

  /** What the machine shows together with its drive. */
  synchronized Observation face(Observation seen, long at) {
    Long contact = view.contact();
    boolean recovering = shown().shown() == Shown.PROCESSING && run == null;
    String silent =
        contact == null
            ? "no tag of the machine was read well"
            : recovering ? "the safe state is being written" : null;
    Duration age = Duration.ofNanos(contact == null ? 0 : Math.max(0, at - contact));
    return seen == null
        ? DriveFace.of(shown(), silent, age)
        : DriveFace.merged(seen, shown(), silent, age);
  }

  /** What the machine was asked for that it now shows; null when nothing. */
  synchronized Asked asked() {
    Order by = shown().order();
    return by == null
        ? null
        : new Asked(
            Set.of(
                switch (shown().shown()) {
                  case IDLE -> "reset";
                  case PROCESSING -> "start";
                  case COMPLETE -> "complete";
                  case STOPPED -> "stop";
                  case ERROR -> "error";
                }),
            by);
  }

  /** Whether what is shown waits for being decided on. */
  synchronized boolean isWaiting() {
    long now = time.nanos();
    if (phase == Phase.ENDING && tryAgain != null && now - tryAgain >= 0) {
      tryAgain = null;
      parts.keeper().accept(this::keepEnd);
    } else if (phase == Phase.SHOWING && now - since >= START_LIMIT.toNanos()) {
      end(Shown.STOPPED, "the start could not be journaled within " + START_LIMIT, null);
    }
    Known known = parts.known().get();
    if (phase == Phase.ENDED
        && known != null
        && known.state().status() == Status.OFFLINE
        && run != null) {
      // It is told to the row when the machine is found again; nobody need wait for that. What has
      // completed has done so all the same (LEGACY 13).
      rest(ofRun(), null);
    }
    return phase == Phase.SHOWING || phase == Phase.ENDED || isUndecided(known, now);
  }

  /** The row was not there yet when the machine was seen last, or somebody has changed it since. */
  private boolean isUndecided(Known known, long now) {
    Long contact = view.contact();
    return phase == Phase.REST
        && known != null
        && known.memory().shown() != shown().shown()
        && contact != null
        && now - contact < parts.staleAfter().toNanos();
  }

  /**
   * The machine's row is this now, in the journal.
   *
   * @param known null when nothing is
   * @param concluded whether all that was shown is decided
   */
  synchronized void decided(Known known, boolean concluded) {
    if (known == null || !concluded || known.memory().shown() != shown().shown()) {
      return;
    }
    boolean counted = known.memory().runs() != null && known.memory().runs() == shown().runs();
    if (phase == Phase.SHOWING && counted && known.state().status() == Status.PROCESSING) {
      process = known.state().processId();
      phase = Phase.RUNNING;
      run.begin(time.nanos());
    } else if (phase == Phase.ENDED) {
      rest(ofRun(), CommandResult.completed(process));
    }
  }

  /** How the run ended: that is on the disk. */
  private CommandResult ofRun() {
    return shown().shown() == Shown.COMPLETE
        ? CommandResult.completed(process)
        : CommandResult.failed(reason(), process);
  }

  private String reason() {
    return why == null ? "it is " + words(shown().shown()) : why;
  }

  /** Nothing is under way any more; the run's command and those that ended it are told. */
  private void rest(CommandResult ofRun, CommandResult ofOthers) {
    CommandResult others = ofOthers;
    if (others == null || (shown().shown() == Shown.ERROR && !shown().safe())) {
      others = CommandResult.failed(reason(), process);
    }
    if (run != null) {
      run.tell(ofRun);
    }
    for (Consumer<CommandResult> each : waiting) {
      each.accept(others);
    }
    waiting.clear();
    run = null;
    process = null;
    target = null;
    why = null;
    phase = Phase.REST;
  }

  private void tell(CommandResult how) {
    if (run != null) {
      run.tell(how);
    }
    waiting.forEach(each -> each.accept(how));
    waiting.clear();
  }

  String name() {
    return machine;
  }

  /** What is known of its row; null when nothing is. */
  Known known() {
    return parts.known().get();
  }

  /** How far the run is, or how the last one has ended; null when there was none. */
  synchronized RunProgress progress() {
    if (phase == Phase.RUNNING) {
      progress = run.report(process, time.nanos());
    }
    return progress;
  }

  private static String words(Shown shown) {
    return shown.name().toLowerCase(Locale.ROOT);
  }
}
