package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.machine.Shown;
import dev.millwright.recipe.Action;
import dev.millwright.runtime.DriveState.Phase;
import dev.millwright.settings.Durations;
import java.time.Duration;
import org.tinylog.Logger;

/**
 * What a drive has its link's thread write: the safe state while it is due, and else what the run's
 * step is about. Used under the drive's lock.
 */
final class DriveOutput {

  /** An overrun beyond this part of the limit is told, once an hour. */
  private static final int TELLING = 10;

  private enum Writing {
    NOTHING,
    SAFE,
    WATCHDOG,
    RUN
  }

  private final String machine;
  private final DriveState state;
  private final DriveKeeping keeping;
  private final MachineView view;
  private final Duration staleAfter;
  private final Meter meter;
  private final Duration overrunLimit;
  private final Complaints complaints;
  private final Complaints overruns;

  /** Null where the machine has none. */
  private final Watchdog watchdog;

  /** The run that the watchdog is written for; null before the first. */
  private Run watched;

  private Writing writing = Writing.NOTHING;

  DriveOutput(
      String machine, DriveState state, DriveKeeping keeping, MachineView view, Drive.Parts parts) {
    this.machine = machine;
    this.state = state;
    this.keeping = keeping;
    this.view = view;
    this.staleAfter = parts.staleAfter();
    this.meter = parts.meter();
    this.overrunLimit = parts.settings().overrunLimit();
    this.complaints = new Complaints(machine, parts.time(), true);
    this.overruns = new Complaints(machine, parts.time(), true);
    DriveSettings.Watchdog barks = parts.settings().watchdog();
    this.watchdog = barks == null ? null : new Watchdog(barks);
  }

  /** When something is to be written next if nothing new is seen; null when that is not known. */
  Long nextDue() {
    if (state.safe() != null) {
      return state.safe().again();
    }
    if (state.phase() != Phase.RUNNING) {
      return null;
    }
    Long step = state.run().nextDue();
    boolean watches = watchdog != null && state.run() == watched;
    return watches && (step == null || watchdog.due() - step < 0) ? (Long) watchdog.due() : step;
  }

  /** What is to be written now; null when nothing of that urgency is. */
  TagWrite due(Urgency urgency, long now) {
    if (state.safe() != null) {
      watchSafe(now);
      SafeState safe = state.safe();
      return handOut(Writing.SAFE, urgency == Urgency.SAFE && safe != null ? safe.due(now) : null);
    }
    if (state.phase() != Phase.RUNNING || urgency == Urgency.SAFE) {
      return null;
    }
    return urgency == Urgency.WATCHDOG ? watch(now) : step(urgency, now);
  }

  private TagWrite watch(long now) {
    if (watchdog == null) {
      return null;
    }
    if (state.run() != watched) {
      watched = state.run();
      watchdog.begin(now);
    }
    String trouble = watchdog.trouble(now);
    if (trouble != null) {
      state.end(Shown.ERROR, trouble, null);
      return null;
    }
    return handOut(Writing.WATCHDOG, watchdog.write(now, view.at(now)));
  }

  private TagWrite handOut(Writing what, TagWrite write) {
    writing = write == null ? Writing.NOTHING : what;
    return write;
  }

  private TagWrite step(Urgency urgency, long now) {
    Long contact = view.contact();
    if (contact == null || now - contact > staleAfter.toNanos()) {
      state.end(Shown.ERROR, "no contact with the machine for longer than stale_after", null);
      return null;
    }
    Action action = state.run().next(view.at(now), now);
    keeping.step(now);
    if (action instanceof Action.Write write) {
      boolean isDue = write.endsPulse() == (urgency == Urgency.PULSE_END);
      return handOut(Writing.RUN, isDue ? new TagWrite(write.tag(), write.value()) : null);
    } else if (action instanceof Action.Held && urgency == Urgency.STEP) {
      return handOut(Writing.RUN, state.run().held());
    } else if (action instanceof Action.Complete) {
      state.complete();
      state.show(Shown.COMPLETE, null, true);
      keeping.end();
    } else if (action instanceof Action.Fail failed) {
      state.end(Shown.ERROR, failed.reason(), null);
    }
    return null;
  }

  /** What became of it. */
  void written(Written written, long now) {
    Writing what = writing;
    writing = Writing.NOTHING;
    if (written.outcome() == Written.Outcome.DONE) {
      view.wrote(written.write(), now);
    }
    if (what == Writing.SAFE && state.safe() != null) {
      state.safe().written(written, now);
      watchSafe(now);
    } else if (what == Writing.WATCHDOG && state.phase() == Phase.RUNNING) {
      String trouble = watchdog.written(written, now);
      if (trouble != null) {
        state.end(Shown.ERROR, trouble, null);
      }
    } else if (what == Writing.RUN && state.run() != null) {
      state.run().written(written, now);
      tellOverrun(state.run().overrun(), written.write());
    }
  }

  private void tellOverrun(Duration overrun, TagWrite off) {
    if (overrun == null) {
      return;
    }
    meter.pulse(machine, overrun.isNegative() ? Duration.ZERO : overrun);
    if (overrun.compareTo(overrunLimit) > 0) {
      Logger.warn(LogLine.of(machine, words(overrun, off)));
    } else if (overrun.compareTo(overrunLimit.dividedBy(TELLING)) > 0) {
      overruns.trouble("overrun", words(overrun, off) + "; further ones are not told for an hour");
    }
  }

  private String words(Duration overrun, TagWrite off) {
    return "a pulse of "
        + off.tag()
        + " was "
        + overrun.toNanos() / 1_000
        + " us too long; overrun_limit is "
        + Durations.words(overrunLimit);
  }

  /** Goes on when the safe state is confirmed, or cannot be within its time. */
  void watchSafe(long now) {
    SafeState safe = state.safe();
    boolean ending = state.phase() == Phase.SAFING || state.phase() == Phase.RECOVERING;
    if (safe == null) {
      return;
    } else if (safe.isDone()) {
      state.madeSafe();
      if (ending) {
        state.showSafe();
        keeping.end();
      } else {
        complaints.note("the safe state is written at last");
        keeping.safe();
      }
    } else if (safe.becomesLate(now)) {
      meter.unsafe(machine);
      Logger.error(
          LogLine.of(machine, safe.trouble() + "; trying again until it works; LOOK AT IT"));
      if (ending) {
        state.showUnsafe(safe.trouble());
        keeping.end();
      }
    }
  }
}
