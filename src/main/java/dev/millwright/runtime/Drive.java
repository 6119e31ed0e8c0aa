package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Journal;
import dev.millwright.journal.Known;
import dev.millwright.machine.Shown;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.DriveState.Phase;
import dev.millwright.store.RunProgress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

  /**
   * What it works with.
   *
   * @param settings of the machine
   * @param tags what is known of its tags, by name
   * @param staleAfter how old what is seen may be
   * @param recipes all there are now, by name
   * @param journal keeps what it shows
   * @param known what is known of the machine's row; null when nothing is
   * @param keeper has something done on the deciding thread
   * @param time the clocks
   * @param meter hears of pulses, and of a safe state that is late
   */
  record Parts(
      DriveSettings settings,
      Map<String, TagKind> tags,
      Duration staleAfter,
      Supplier<Map<String, Recipe>> recipes,
      Journal journal,
      Supplier<Known> known,
      Consumer<Runnable> keeper,
      TimeSource time,
      Meter meter) {}

  private final String machine;
  private final Parts parts;
  private final TimeSource time;
  private final MachineView view;
  private final Starts starts;

  /** Its lock is what all others are used under as well. */
  private final DriveState state;

  private final DriveRefusals refusals;
  private final DriveKeeping keeping;
  private final DriveOutput output;

  /** Why it takes no more commands; null while it does. */
  private String left;

  /**
   * @param kept what it showed last; null when it never did
   */
  Drive(String machine, DriveRecord kept, Parts parts) {
    this.machine = machine;
    this.parts = parts;
    this.time = parts.time();
    this.view = new MachineView(parts.tags(), parts.staleAfter());
    this.starts = new Starts(machine, parts);
    DriveMemory memory = new DriveMemory(machine, kept, parts.journal(), time);
    this.state = new DriveState(machine, parts.settings(), memory, time);
    this.refusals = new DriveRefusals(state, starts, view, parts);
    this.keeping = new DriveKeeping(state, memory, view, parts);
    this.output = new DriveOutput(machine, state, keeping, view, parts);
  }

  String name() {
    return machine;
  }

  /** What is known of its row; null when nothing is. */
  Known known() {
    return parts.known().get();
  }

  // What comes from any thread.

  @Override
  public String refusal(Command command) {
    synchronized (state) {
      return left != null ? left : refusals.of(command, known());
    }
  }

  @Override
  public void command(Command command, Consumer<CommandResult> result) {
    synchronized (state) {
      String refusal = refusal(command);
      if (refusal == null) {
        take(command, result);
      } else {
        result.accept(CommandResult.failed(refusal, state.process()));
      }
    }
  }

  private void take(Command command, Consumer<CommandResult> result) {
    switch (command.kind()) {
      case START -> {
        state.begin(new Run(command, starts.program(command, view), parts.settings(), result));
        keeping.start();
      }
      case STOP -> {
        Command.Origin origin = command.origin();
        String by = origin.operator() == null ? "" : " by " + origin.operator();
        String because = origin.reason() == null ? "" : ": " + origin.reason();
        state.await(result);
        state.end(Shown.STOPPED, "stopped" + by + because, command);
      }
      case RESET -> {
        state.await(result);
        state.reset(command);
        state.show(Shown.IDLE, null, true);
        keeping.end();
      }
      case HOLD -> state.run().hold(result);
      case UNHOLD -> {
        state.run().unhold(time.nanos());
        result.accept(CommandResult.completed(state.process()));
      }
    }
  }

  @Override
  public void leave(String reason) {
    synchronized (state) {
      left = reason;
      if (state.isUnderWay()) {
        state.end(Shown.STOPPED, reason, null);
      }
    }
  }

  /** What a crash left is begun again by whoever comes next, and keeps nobody. */
  @Override
  public String occupied() {
    synchronized (state) {
      Phase phase = state.phase();
      boolean isTold = state.run() == null && !state.isAwaited();
      boolean isLeft = isTold && (phase == Phase.RECOVERING || phase == Phase.ENDED);
      if (phase == Phase.REST || isLeft) {
        return null;
      }
      return state.isUnderWay()
          ? "it is in recipe " + state.run().recipe().name()
          : "the safe state or the end of its last run is being written";
    }
  }

  @Override
  public String reserve(String reason) {
    synchronized (state) {
      String occupied = occupied();
      if (occupied == null && left == null) {
        left = reason;
      }
      return occupied;
    }
  }

  @Override
  public void release(String reason) {
    synchronized (state) {
      if (reason.equals(left)) {
        left = null;
      }
    }
  }

  /** Whether nothing is under way, and the safe state is not due. */
  boolean isAtRest() {
    return !isBusy();
  }

  /** The daemon waits no longer: whoever still waits is told so. */
  void abandon() {
    synchronized (state) {
      if (state.phase() != Phase.REST) {
        String why = state.why() == null ? "the daemon was stopped" : state.why();
        CommandResult how = CommandResult.failed(why, state.process());
        state.tell(how, how);
      }
    }
  }

  /** How far the run is, or how the last one has ended; null when there was none. */
  RunProgress progress() {
    synchronized (state) {
      return state.progress();
    }
  }

  // The link's thread.

  /** Takes what the machine shows. */
  void see(Observation seen, long at) {
    synchronized (state) {
      view.see(seen, at);
      String fault = view.at(time.nanos()).fault(parts.settings().fault());
      if (fault != null) {
        fail("the machine says: " + fault);
      }
    }
  }

  /** The run fails, if there is one; a machine at rest that fails is in error as well. */
  private void fail(String reason) {
    if (state.isUnderWay()) {
      state.end(Shown.ERROR, reason, null);
    } else if (state.phase() == Phase.REST
        && state.shown().shown() != Shown.ERROR
        && left == null) {
      state.failAtRest(reason);
    }
  }

  /** The link is broken: what runs cannot be stepped any more. */
  void lost(String reason) {
    synchronized (state) {
      if (state.isUnderWay()) {
        state.end(Shown.ERROR, "the link was lost: " + reason, null);
      }
    }
  }

  boolean isBusy() {
    synchronized (state) {
      return state.phase() != Phase.REST || state.safe() != null;
    }
  }

  /** When a pulse is to end; null when none is on. */
  Long pulseEnd() {
    synchronized (state) {
      return state.phase() == Phase.RUNNING ? state.run().pulseEnd() : null;
    }
  }

  /** When something is to be written next if nothing new is seen; null when that is not known. */
  Long nextDue() {
    synchronized (state) {
      return output.nextDue();
    }
  }

  /** What is to be written now; null when nothing of that urgency is. */
  TagWrite due(Urgency urgency) {
    synchronized (state) {
      return output.due(urgency, time.nanos());
    }
  }

  /** What became of it. */
  void written(Written written) {
    synchronized (state) {
      output.written(written, time.nanos());
    }
  }

  // The deciding thread.

  /** Goes on when the safe state is confirmed, or cannot be within its time. */
  void watchSafe() {
    synchronized (state) {
      output.watchSafe(time.nanos());
    }
  }

  /** Begins from what the row says, where nothing else is known of it. */
  void adopt() {
    keeping.adopt();
  }

  /** What the machine shows together with its drive. */
  Observation face(Observation seen, long at) {
    synchronized (state) {
      DriveRecord shown = state.shown();
      Long contact = view.contact();
      boolean recovering = shown.shown() == Shown.PROCESSING && state.run() == null;
      String silent =
          contact == null
              ? DriveFace.NO_CONTACT
              : state.isNew()
                  ? "nothing is known of the machine's row yet"
                  : recovering ? "the safe state is being written" : null;
      Duration age = Duration.ofNanos(contact == null ? 0 : Math.max(0, at - contact));
      return seen == null
          ? DriveFace.of(shown, silent, age)
          : DriveFace.merged(seen, shown, silent, age);
    }
  }

  /** What the machine was asked for that it now shows; null when nothing. */
  Asked asked() {
    return DriveFace.asked(state.shown());
  }

  /** Whether what is shown waits for being decided on. */
  boolean isWaiting() {
    synchronized (state) {
      return keeping.isWaiting();
    }
  }

  /**
   * The machine's row is this now, in the journal.
   *
   * @param known null when nothing is
   * @param concluded whether all that was shown is decided
   */
  void decided(Known known, boolean concluded) {
    synchronized (state) {
      keeping.decided(known, concluded);
    }
  }
}
