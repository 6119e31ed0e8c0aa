package dev.millwright.runtime;

import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Known;
import dev.millwright.machine.Failure;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.runtime.DriveState.Phase;
import java.time.Duration;

/**
 * Puts what a drive does on the disk before anybody sees it (I2), and takes it further when it is
 * decided on. What is put there is put by the deciding thread alone, and never under the drive's
 * lock; what is asked for comes from any.
 */
final class DriveKeeping {

  /** How long the journal may refuse a start before it is given up. */
  static final Duration START_LIMIT = Duration.ofSeconds(10);

  /** How long to wait before the journal is tried again. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final DriveState state;
  private final DriveMemory memory;
  private final MachineView view;
  private final Drive.Parts parts;
  private final TimeSource time;
  private Long tryAgain;
  private String keptStep;
  private long stepKept;

  DriveKeeping(DriveState state, DriveMemory memory, MachineView view, Drive.Parts parts) {
    this.state = state;
    this.memory = memory;
    this.view = view;
    this.parts = parts;
    this.time = parts.time();
    this.stepKept = time.nanos();
  }

  /**
   * Where nothing was ever kept, the journal may have been lost: it begins from what the row says.
   * A run that the row tells of is over, and the machine is made safe as after a crash (I7); an
   * error stays one until somebody resets it; runs are counted on from the row's. On the deciding
   * thread.
   */
  void adopt() {
    Known known = parts.known().get();
    if (memory.isNew() && known != null && memory.show(adopted(known)) == null) {
      synchronized (state) {
        state.remember();
      }
    }
  }

  private DriveRecord adopted(Known known) {
    Failure failure = known.state().failure();
    Shown shown =
        known.state().processId() != null
            ? Shown.PROCESSING
            : failure != null ? Shown.ERROR : Shown.IDLE;
    return new DriveRecord(
        known.machine(),
        shown,
        known.memory().runs() == null ? 0 : known.memory().runs(),
        time.now(),
        shown == Shown.IDLE,
        failure == null ? null : failure.description(),
        known.memory().recipe(),
        null,
        known.memory().batch(),
        null,
        null);
  }

  /** A start is to be kept. */
  void start() {
    parts.keeper().accept(this::keepStart);
  }

  /** What the state is to show next is to be kept. */
  void end() {
    tryAgain = null;
    parts.keeper().accept(this::keepEnd);
  }

  /** That the safe state was written at last is to be kept. */
  void safe() {
    parts.keeper().accept(this::keepSafe);
  }

  /** At most once a second: where the run was, for whoever finds it after a crash. */
  void step(long now) {
    if (now - stepKept < AGAIN.toNanos()) {
      return;
    }
    String step = state.run().step(now);
    if (step != null && !step.equals(keptStep)) {
      stepKept = now;
      keptStep = step;
      parts.keeper().accept(() -> keepStep(step));
    }
  }

  private void keepStart() {
    Run starting;
    synchronized (state) {
      if (state.phase() != Phase.BEGINNING) {
        return;
      }
      starting = state.run();
      if (state.isEnding()) {
        // It was stopped before anything was kept of it.
        state.rest(CommandResult.failed(state.why(), null), CommandResult.completed(null));
        return;
      }
    }
    String trouble = memory.begin(starting, time.now());
    synchronized (state) {
      if (trouble != null) {
        state.rest(CommandResult.failed("the start cannot be kept: " + trouble, null), null);
      } else {
        state.begun();
      }
    }
  }

  private void keepEnd() {
    DriveRecord ended;
    synchronized (state) {
      ended = state.next();
    }
    if (ended == null) {
      return;
    }
    String trouble = memory.show(ended);
    synchronized (state) {
      if (trouble != null) {
        tryAgain = time.nanos() + AGAIN.toNanos();
        return;
      }
      state.ended();
      if (state.safe() == null && !ended.safe()) {
        safe();
      }
    }
  }

  private void keepStep(String step) {
    boolean running;
    synchronized (state) {
      running = state.phase() == Phase.RUNNING;
    }
    if (running) {
      memory.step(step);
    }
  }

  private void keepSafe() {
    boolean due;
    synchronized (state) {
      due = state.safe() == null && state.phase() != Phase.ENDING;
    }
    if (due && !memory.shown().safe()) {
      memory.safe();
    }
  }

  /** Whether what is shown waits for being decided on; what took too long is taken further. */
  boolean isWaiting() {
    long now = time.nanos();
    Known known = parts.known().get();
    if (state.phase() == Phase.ENDING && tryAgain != null && now - tryAgain >= 0) {
      end();
    } else if (state.phase() == Phase.SHOWING && state.waited(now) >= START_LIMIT.toNanos()) {
      state.end(Shown.STOPPED, "the start could not be journaled within " + START_LIMIT, null);
    } else if (state.phase() == Phase.ENDED
        && known != null
        && known.state().status() == Status.OFFLINE
        && state.run() != null) {
      // It is told to the row when the machine is found again; nobody need wait for that. What has
      // completed has done so all the same (LEGACY 13).
      state.rest(null);
    }
    return state.phase() == Phase.SHOWING
        || state.phase() == Phase.ENDED
        || isUndecided(known, now);
  }

  /** The row was not there yet when the machine was seen last, or somebody has changed it since. */
  private boolean isUndecided(Known known, long now) {
    Long contact = view.contact();
    return state.phase() == Phase.REST
        && known != null
        && known.memory().shown() != state.shown().shown()
        && contact != null
        && now - contact < parts.staleAfter().toNanos();
  }

  /**
   * The machine's row is this now, in the journal.
   *
   * @param known null when nothing is
   * @param concluded whether all that was shown is decided
   */
  void decided(Known known, boolean concluded) {
    DriveRecord shown = state.shown();
    if (known == null || !concluded || known.memory().shown() != shown.shown()) {
      return;
    }
    boolean counted = known.memory().runs() != null && known.memory().runs() == shown.runs();
    if (state.phase() == Phase.SHOWING && counted && known.state().status() == Status.PROCESSING) {
      state.running(known.state().processId());
    } else if (state.phase() == Phase.ENDED) {
      state.rest(CommandResult.completed(state.process()));
    }
  }
}
