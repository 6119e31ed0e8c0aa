package dev.millwright.recipe;

import dev.millwright.recipe.Frame.Done;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps through a program: says what to do next, and is told what became of it.
 *
 * <p>Belongs to one thread. Moments are those of {@link System#nanoTime} or another monotonic clock
 * in ns; only their differences count, and they never go back.
 *
 * <p>A condition is judged only by values read after its step began, and so after all writes before
 * it. A pulse that was switched on is switched off whatever happens to it, before anything else is
 * done; where that cannot be confirmed the run fails, whatever the recipe says. When the run has
 * ended, by whatever reason, there are no more writes.
 */
public final class Sequencer {

  private static final Action HELD = new Action.Held();

  private final Program program;
  private final long start;
  private final long limit;
  private final Overruns overruns = new Overruns();

  /** The steps under way: the recipe, the repeats, and last the current step. */
  private final List<Frame> frames = new ArrayList<>();

  private Done done = new Done(0, 0);

  /** What is being written; null for nothing. */
  private Action.Write writing;

  /** How it has ended; null while it has not. */
  private Action end;

  private boolean holding;

  /** Since when it is held, ns since the start; -1 while it is not. */
  private long heldAt = -1;

  private long failures;
  private String lastFailure;

  /**
   * @param now the start
   * @param overrunLimit a pulse that ends later than that after its time fails the run
   */
  public Sequencer(Program program, long now, Duration overrunLimit) {
    this.program = program;
    this.start = now;
    this.limit = overrunLimit.toNanos();
    frames.add(new Frame(program.whole(), done));
  }

  /**
   * What to do now. Asked again before anything has changed, it says the same.
   *
   * @param seen what is known of the machine
   */
  public Action next(View seen, long now) {
    long at = now - start;
    while (end == null && writing == null) {
      Action action = step(seen, at);
      if (action != null) {
        return action;
      }
    }
    return end != null ? end : writing;
  }

  /**
   * What became of the write that was asked for. Ignored when the run has ended meanwhile.
   *
   * @param confirmed whether the machine has confirmed it
   * @param why the reason when it has not; else null
   * @param now when that was known
   */
  public void written(boolean confirmed, String why, long now) {
    if (end != null) {
      return;
    }
    if (writing == null) {
      throw new IllegalStateException("nothing is being written");
    }
    Action.Write write = writing;
    writing = null;
    Frame frame = current();
    long at = now - start;
    if (frame.work.act() instanceof Work.Pulse pulse) {
      written(frame, pulse, confirmed, why, at);
    } else if (!confirmed) {
      failed(frame, refused(write, why));
    } else if (++frame.index == ((Work.Assign) frame.work.act()).writes().size()) {
      finish(frame, at);
    }
  }

  /** Lets the run be held as soon as the current step is done. */
  public void hold() {
    holding = true;
  }

  /** Lets it go on. The time that it was held counts for no limit. */
  public void unhold(long now) {
    holding = false;
    if (heldAt >= 0) {
      long time = now - start - heldAt;
      frames.forEach(frame -> frame.postpone(time));
      heldAt = -1;
    }
  }

  /** Whether it is held; between {@link #hold} and that the current step is done first. */
  public boolean isHeld() {
    return heldAt >= 0;
  }

  /**
   * Ends the run. From now on there is nothing to write, whatever was under way; what is being
   * written at this moment is not waited for. Does nothing when it has ended already.
   */
  public void stop(String reason) {
    if (end == null) {
      end(new Action.Fail(reason));
    }
  }

  /** How far it is. */
  public Progress progress(long now) {
    long at = now - start;
    Frame frame = frames.isEmpty() ? null : current();
    boolean named = frame != null && frames.size() > 1;
    long spent = named && frame.begun ? at - frame.beganAt : 0;
    long expected = named && isLeaf(frame) ? frame.work.size().expected() : 0;
    long within = Math.min(Math.max(0, spent), expected);
    long total = program.whole().size().expected();
    return new Progress(
        named ? frame.work.path() : "",
        named ? frame.work.name() : "",
        expected == 0 ? 0 : (double) within / expected,
        done.steps(),
        program.steps(),
        iterations(),
        Duration.ofNanos(at),
        Duration.ofNanos(Math.max(0, total - done.expected() - within)),
        isHeld(),
        failures,
        lastFailure,
        overruns.figures());
  }

  private List<Progress.Iteration> iterations() {
    List<Progress.Iteration> iterations = new ArrayList<>();
    for (Frame frame : frames) {
      if (frame.work.act() instanceof Work.Repeat repeat && !frame.work.path().isEmpty()) {
        long current = Math.min(frame.rounds + 1, repeat.times());
        iterations.add(new Progress.Iteration(current, repeat.times()));
      }
    }
    return iterations;
  }

  private static boolean isLeaf(Frame frame) {
    return !(frame.work.act() instanceof Work.Repeat);
  }

  private Frame current() {
    return frames.get(frames.size() - 1);
  }

  /** One move; null when there is another to be made. */
  private Action step(View seen, long at) {
    Frame frame = current();
    if (!frame.begun) {
      return begin(frame, at);
    }
    Work.Act act = frame.work.act();
    if (act instanceof Work.Pulse pulse) {
      return pulse(frame, pulse, at);
    }
    if (act instanceof Work.Until until) {
      return until(frame, until, seen, at);
    }
    if (act instanceof Work.Wait wait && at - frame.beganAt >= wait.time()) {
      finish(frame, frame.beganAt + wait.time());
      return null;
    }
    if (isLate(at)) {
      return null;
    }
    if (act instanceof Work.Wait wait) {
      return await(Math.min(frame.beganAt + wait.time(), deadline()), false);
    }
    if (act instanceof Work.Assign assign) {
      Work.Assignment next = assign.writes().get(frame.index);
      writing = new Action.Write(next.tag(), next.value(), false);
    } else {
      repeat(frame, (Work.Repeat) act, at);
    }
    return null;
  }

  private Action begin(Frame frame, long at) {
    if (holding) {
      heldAt = heldAt < 0 ? at : heldAt;
      return HELD;
    }
    if (!isLate(at)) {
      frame.begin(at);
    }
    return null;
  }

  private void repeat(Frame frame, Work.Repeat repeat, long at) {
    if (frame.index == repeat.steps().size()) {
      frame.index = 0;
      frame.rounds++;
    }
    if (frame.rounds == repeat.times()) {
      finish(frame, at);
    } else {
      frames.add(new Frame(repeat.steps().get(frame.index), done));
    }
  }

  private Action until(Frame frame, Work.Until until, View seen, long at) {
    String tag = until.criterion().tag();
    Object value = seen.value(tag);
    long readAt = value == null ? at : seen.readAt(tag) - start;
    if (value == null || readAt > frame.beganAt) {
      long since = frame.met(until.criterion().met(value), readAt);
      // Held for so long as the values read prove, not as long as nobody looked.
      if (since != Long.MAX_VALUE && readAt - since >= until.hold() && readAt <= deadline()) {
        finish(frame, readAt);
        return null;
      }
    }
    frame.why = at < deadline() ? null : until.criterion().complaint(value);
    return isLate(at) ? null : await(deadline(), false);
  }

  private Action pulse(Frame frame, Work.Pulse pulse, long at) {
    switch (frame.index) {
      case 0 -> {
        if (!isLate(at)) {
          writing = new Action.Write(pulse.tag(), pulse.on(), false);
        }
        return null;
      }
      case 1 -> {
        long off = Math.min(frame.due, deadline());
        if (at < off) {
          return await(off, true);
        }
        frame.index = 2;
        return null;
      }
      default -> {
        writing = new Action.Write(pulse.tag(), pulse.off(), true);
        return null;
      }
    }
  }

  private void written(Frame frame, Work.Pulse pulse, boolean confirmed, String why, long at) {
    if (frame.index == 0) {
      frame.index = confirmed ? 1 : 2;
      frame.due = at + pulse.time();
      // Whatever became of it, it may be on.
      frame.why = confirmed ? null : refused(new Action.Write(pulse.tag(), pulse.on(), false), why);
      return;
    }
    if (!confirmed) {
      String first = frame.why == null ? "" : frame.why + "; then ";
      end(fail(frame, first + refused(new Action.Write(pulse.tag(), pulse.off(), true), why)));
      return;
    }
    if (frame.why != null) {
      failed(frame, frame.why);
      return;
    }
    long off = Math.min(frame.due, deadline());
    overruns.add(at - off);
    if (at - off > limit) {
      end(
          fail(
              frame,
              pulse.tag()
                  + " was on "
                  + Words.nanos(at - off)
                  + " too long, more than the limit of "
                  + Words.nanos(limit)));
    } else if (off < frame.due) {
      isLate(at);
    } else {
      finish(frame, frame.due);
    }
  }

  private Action await(long until, boolean endsPulse) {
    return new Action.Await(start + until, endsPulse);
  }

  /** The first limit of all steps under way. */
  private long deadline() {
    long first = Long.MAX_VALUE;
    for (Frame frame : frames) {
      first = frame.begun ? Math.min(first, frame.deadline) : first;
    }
    return first;
  }

  /** Lets the outermost step fail whose time is over, if there is one. */
  private boolean isLate(long at) {
    for (Frame frame : frames) {
      if (frame.begun && at >= frame.deadline) {
        Frame current = current();
        String shown = current.why == null ? "" : ": " + current.why;
        String inner = current == frame ? "" : ", in " + current.words();
        failed(frame, "not done within " + Words.nanos(frame.work.limit()) + inner + shown);
        return true;
      }
    }
    return false;
  }

  private void finish(Frame frame, long at) {
    if (at > frame.deadline) {
      failed(frame, "not done within " + Words.nanos(frame.work.limit()));
      return;
    }
    done = isLeaf(frame) ? frame.before.plus(frame.work) : done;
    leave(frame);
  }

  private void leave(Frame frame) {
    frames.remove(frame);
    if (frames.isEmpty()) {
      end(new Action.Complete());
    } else {
      current().index++;
    }
  }

  private void failed(Frame frame, String why) {
    String reason = where(frame) + ": " + why;
    while (current() != frame) {
      frames.remove(frames.size() - 1);
    }
    Frame failed = frame;
    while (true) {
      OnFailure then = failed.work.onFailure();
      done = failed.before;
      if (failed.attempts < then.retries()) {
        failed.attempts++;
        failed.begun = false;
        note(reason);
        return;
      }
      if (then.goesOn()) {
        done = failed.before.plus(failed.work);
        note(reason);
        leave(failed);
        return;
      }
      if (frames.size() == 1) {
        end(new Action.Fail(reason));
        return;
      }
      frames.remove(failed);
      failed = current();
    }
  }

  private void note(String reason) {
    failures++;
    lastFailure = reason;
  }

  private Action.Fail fail(Frame frame, String why) {
    return new Action.Fail(where(frame) + ": " + why);
  }

  /** The step, and the iterations of the repeats around it. */
  private String where(Frame frame) {
    List<String> iterations = iterations().stream().map(Progress.Iteration::toString).toList();
    return iterations.isEmpty() || !isLeaf(frame)
        ? frame.words()
        : frame.words() + ", iteration " + String.join(", ", iterations);
  }

  private void end(Action how) {
    end = how;
    writing = null;
    if (how instanceof Action.Complete) {
      frames.clear();
    }
  }

  private static String refused(Action.Write write, String why) {
    return write.tag() + " = " + Words.value(write.value()) + " was not confirmed: " + why;
  }
}
