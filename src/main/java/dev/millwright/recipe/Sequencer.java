package dev.millwright.recipe;

import java.time.Duration;

/**
 * Steps through a program: says what to do next, and is told what became of it.
 *
 * <p>Belongs to one thread. Moments are those of {@link System#nanoTime} or another monotonic clock
 * in ns; only their differences count, and they never go back.
 *
 * <p>A condition is judged only by values read after its step began, and so after all writes before
 * it. When the run has ended, by whatever reason, there are no more writes.
 */
public final class Sequencer {

  private static final Action HELD = new Action.Held();

  private final Program program;
  private final long start;
  private final Course course;
  private final PulseStep pulses;

  /** Of the pulse that the last write has ended; null when it has ended none. */
  private Duration overrun;

  /** What is being written; null for nothing. */
  private Action.Write writing;

  private boolean holding;

  /** Since when it is held, ns since the start; -1 while it is not. */
  private long heldAt = -1;

  /**
   * @param now the start
   * @param overrunLimit a pulse that ends later than that after its time fails the run
   */
  public Sequencer(Program program, long now, Duration overrunLimit) {
    this.program = program;
    this.start = now;
    this.course = new Course(program.whole());
    this.pulses = new PulseStep(course, now, overrunLimit.toNanos());
  }

  /**
   * What to do now. Asked again before anything has changed, it says the same.
   *
   * @param seen what is known of the machine
   */
  public Action next(View seen, long now) {
    long at = now - start;
    while (course.end() == null && writing == null) {
      Action action = step(seen, at);
      if (action != null) {
        return action;
      }
    }
    return course.end() != null ? course.end() : writing;
  }

  /**
   * What became of the write that was asked for. Ignored when the run has ended meanwhile.
   *
   * @param confirmed whether the machine has confirmed it
   * @param why the reason when it has not; else null
   * @param now when that was known
   */
  public void written(boolean confirmed, String why, long now) {
    if (course.end() != null) {
      return;
    }
    if (writing == null) {
      throw new IllegalStateException("nothing is being written");
    }
    Action.Write write = writing;
    writing = null;
    overrun = null;
    Frame frame = course.current();
    long at = now - start;
    if (frame.work.act() instanceof Work.Pulse pulse) {
      pulses.written(frame, pulse, confirmed ? null : refused(write, why), at);
      overrun = pulses.overrun();
    } else if (!confirmed) {
      course.failed(frame, refused(write, why), at);
    } else if (++frame.index == ((Work.Assign) frame.work.act()).writes().size()) {
      course.finish(frame, at);
    }
  }

  /** How late the pulse was that the last write has ended; null when it has ended none. */
  public Duration overrun() {
    return overrun;
  }

  /** Lets the run be held as soon as the current step is done. */
  public void hold() {
    holding = true;
  }

  /** Lets it go on. The time that it was held counts for no limit. */
  public void unhold(long now) {
    holding = false;
    if (heldAt >= 0) {
      course.postpone(now - start - heldAt);
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
    course.stop(reason);
  }

  /** How far it is. */
  public Progress progress(long now) {
    long at = now - start;
    Frame frame = course.current();
    boolean named = frame != null && !frame.work.path().isEmpty();
    long spent = named && frame.begun ? at - frame.beganAt : 0;
    long expected = named && isLeaf(frame) ? frame.work.size().expected() : 0;
    long within = Math.min(Math.max(0, spent), expected);
    long total = program.whole().size().expected();
    return new Progress(
        named ? frame.work.path() : "",
        named ? frame.work.name() : "",
        expected == 0 ? 0 : (double) within / expected,
        course.done().steps(),
        program.steps(),
        course.iterations(),
        Duration.ofNanos(at),
        Duration.ofNanos(Math.max(0, total - course.done().expected() - within)),
        isHeld(),
        course.failures(),
        course.lastFailure(),
        pulses.overruns());
  }

  private static boolean isLeaf(Frame frame) {
    return !(frame.work.act() instanceof Work.Repeat);
  }

  /** One move; null when there is another to be made. */
  private Action step(View seen, long at) {
    Frame frame = course.current();
    if (!frame.begun) {
      return begin(frame, at);
    }
    Work.Act act = frame.work.act();
    if (act instanceof Work.Pulse pulse) {
      return toDo(pulses.next(frame, pulse, seen, at));
    }
    if (act instanceof Work.Until until) {
      return until(frame, until, seen, at);
    }
    if (act instanceof Work.Wait wait && at - frame.beganAt >= wait.time()) {
      course.finish(frame, frame.beganAt + wait.time());
      return null;
    }
    if (course.isLate(at)) {
      return null;
    }
    if (act instanceof Work.Wait wait) {
      return await(Math.min(frame.beganAt + wait.time(), course.deadline()));
    }
    if (act instanceof Work.Assign assign) {
      Work.Assignment next = assign.writes().get(frame.index);
      writing = new Action.Write(next.tag(), next.value(), false);
    } else {
      course.enter(((Work.Repeat) act).steps().get(frame.index));
    }
    return null;
  }

  private Action begin(Frame frame, long at) {
    if (holding) {
      heldAt = heldAt < 0 ? at : heldAt;
      return HELD;
    }
    if (!course.isLate(at)) {
      frame.begin(at);
    }
    return null;
  }

  private Action until(Frame frame, Work.Until until, View seen, long at) {
    String tag = until.criterion().tag();
    Object value = seen.value(tag);
    long readAt = value == null ? at : seen.readAt(tag) - start;
    if (value == null || readAt > frame.beganAt) {
      long since = frame.met(until.criterion().met(value), readAt);
      // Held for so long as the values read prove, not as long as nobody looked.
      if (since != Long.MAX_VALUE
          && readAt - since >= until.hold()
          && readAt <= course.deadline()) {
        course.finish(frame, readAt);
        return null;
      }
    }
    frame.why = at < course.deadline() ? null : until.criterion().complaint(value);
    return course.isLate(at) ? null : await(course.deadline());
  }

  private Action await(long until) {
    return new Action.Await(start + until, false);
  }

  /** A write is kept until it is told what became of it. */
  private Action toDo(Action action) {
    if (action instanceof Action.Write write) {
      writing = write;
      return null;
    }
    return action;
  }

  private static String refused(Action.Write write, String why) {
    return write.tag() + " = " + Words.value(write.value()) + " was not confirmed: " + why;
  }
}
