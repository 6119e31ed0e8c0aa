package dev.millwright.recipe;

import java.time.Duration;

/**
 * What a pulse step does next. One that was switched on is switched off whatever happens to it,
 * before anything else is done; where that cannot be confirmed the run fails, whatever the recipe
 * says. One that the machine ends by itself is seen to end, and switched off where it is not.
 */
final class PulseStep {

  /** The phases of a pulse, as its frame's index. */
  private static final int DURATION = 0;

  private static final int ON = 1;
  private static final int IS_ON = 2;
  private static final int OFF = 3;

  private final Course course;
  private final long start;
  private final long limit;
  private final Overruns overruns = new Overruns();
  private Duration overrun;

  /**
   * @param start of the run, on the monotonic clock, ns
   * @param limit a pulse that ends later than that after its time fails the run, ns
   */
  PulseStep(Course course, long start, long limit) {
    this.course = course;
    this.start = start;
    this.limit = limit;
  }

  /** How late pulses were switched off so far. */
  Overruns.Figures overruns() {
    return overruns.figures();
  }

  /** How late the one was that the last write has ended; null when it has ended none. */
  Duration overrun() {
    return overrun;
  }

  /** What to do now; null when there is another move to be made. */
  Action next(Frame frame, Work.Pulse pulse, View seen, long at) {
    if (frame.index == DURATION && pulse.timed() == null) {
      frame.index = ON;
    }
    switch (frame.index) {
      case DURATION -> {
        Work.Assignment write = pulse.timed().duration();
        return course.isLate(at) ? null : new Action.Write(write.tag(), write.value(), false);
      }
      case ON -> {
        return course.isLate(at) ? null : new Action.Write(pulse.tag(), pulse.on(), false);
      }
      case IS_ON -> {
        return pulse.timed() == null ? due(frame, at) : seenOff(frame, pulse, seen, at);
      }
      default -> {
        return new Action.Write(pulse.tag(), pulse.off(), true);
      }
    }
  }

  private Action due(Frame frame, long at) {
    long off = Math.min(frame.due, course.deadline());
    if (at < off) {
      return new Action.Await(start + off, true);
    }
    frame.index = OFF;
    return null;
  }

  private Action seenOff(Frame frame, Work.Pulse pulse, View seen, long at) {
    Criterion off = pulse.timed().off();
    Object value = seen.value(pulse.tag());
    if (off.met(value) && seen.readAt(pulse.tag()) - start >= frame.due) {
      course.finish(frame, frame.due);
      return null;
    }
    long last = Math.min(frame.due + pulse.timed().within(), course.deadline());
    if (at < last) {
      return new Action.Await(start + last, false);
    }
    frame.why =
        last == course.deadline()
            ? null
            : "the machine has not ended the pulse by itself within "
                + Words.nanos(pulse.timed().within())
                + " after its time: "
                + off.complaint(value);
    frame.index = OFF;
    return null;
  }

  /**
   * What became of a pulse's write.
   *
   * @param trouble why the write was not confirmed; null when it was
   */
  void written(Frame frame, Work.Pulse pulse, String trouble, long at) {
    overrun = null;
    switch (frame.index) {
      case DURATION -> {
        if (trouble == null) {
          frame.index = ON;
        } else {
          course.failed(frame, trouble, at);
        }
      }
      case ON -> {
        frame.index = trouble == null ? IS_ON : OFF;
        frame.due = at + pulse.time();
        // Whatever became of it, it may be on.
        frame.why = trouble;
      }
      default -> off(frame, pulse, trouble, at);
    }
  }

  private void off(Frame frame, Work.Pulse pulse, String trouble, long at) {
    if (trouble != null) {
      course.fail(frame, (frame.why == null ? "" : frame.why + "; then ") + trouble);
      return;
    }
    if (frame.why != null) {
      course.failed(frame, frame.why, at);
      return;
    }
    long off = Math.min(frame.due, course.deadline());
    overruns.add(at - off);
    overrun = Duration.ofNanos(at - off);
    if (at - off > limit) {
      course.fail(
          frame,
          pulse.tag()
              + " was on "
              + Words.nanos(at - off)
              + " too long, more than the limit of "
              + Words.nanos(limit));
    } else if (off < frame.due) {
      boolean unused = course.isLate(at);
    } else {
      course.finish(frame, frame.due);
    }
  }
}
