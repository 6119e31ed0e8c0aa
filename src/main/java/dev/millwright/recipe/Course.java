package dev.millwright.recipe;

import dev.millwright.recipe.Frame.Done;
import java.util.ArrayList;
import java.util.List;

/**
 * Which steps of a run are under way, and what follows when one of them ends. Times are ns since
 * the run's start.
 */
final class Course {

  /** The recipe, the repeats, and last the current step. */
  private final List<Frame> frames = new ArrayList<>();

  private Done done = new Done(0, 0);
  private long failures;
  private String lastFailure;
  private Action end;

  Course(Work whole) {
    enter(whole);
  }

  /** How the run has ended; null while it has not. */
  Action end() {
    return end;
  }

  /** What is done so far. */
  Done done() {
    return done;
  }

  /** How many steps failed after which it went on. */
  long failures() {
    return failures;
  }

  /** The last of them; null for none. */
  String lastFailure() {
    return lastFailure;
  }

  /** The current step; null where the run is complete. */
  Frame current() {
    return frames.isEmpty() ? null : frames.get(frames.size() - 1);
  }

  void enter(Work work) {
    frames.add(new Frame(work, done));
  }

  /** Where the repeats around the current step are, the outermost first. */
  List<Progress.Iteration> iterations() {
    List<Progress.Iteration> iterations = new ArrayList<>();
    for (Frame frame : frames) {
      if (frame.work.act() instanceof Work.Repeat repeat && !frame.work.path().isEmpty()) {
        iterations.add(new Progress.Iteration(frame.rounds + 1, repeat.times()));
      }
    }
    return iterations;
  }

  /** The first limit of all steps under way. */
  long deadline() {
    long first = Long.MAX_VALUE;
    for (Frame frame : frames) {
      first = frame.begun ? Math.min(first, frame.deadline) : first;
    }
    return first;
  }

  /** Moves all limits, as nothing could be done for so long. */
  void postpone(long time) {
    frames.forEach(frame -> frame.postpone(time));
  }

  /** Lets the outermost step fail whose time is over, if there is one. */
  boolean isLate(long at) {
    for (Frame frame : frames) {
      if (frame.begun && at >= frame.deadline) {
        Frame current = current();
        String shown = current.why == null ? "" : ": " + current.why;
        String inner = current == frame ? "" : ", in " + current.words();
        failed(frame, "not done within " + Words.nanos(frame.work.limit()) + inner + shown, at);
        return true;
      }
    }
    return false;
  }

  /**
   * The current step is done.
   *
   * @param at when that was confirmed or read
   */
  void finish(Frame frame, long at) {
    if (at > frame.deadline) {
      failed(frame, "not done within " + Words.nanos(frame.work.limit()), at);
      return;
    }
    done = frame.work.act() instanceof Work.Repeat ? done : frame.before.plus(frame.work);
    leave(frame, at);
  }

  /** A step has failed: it is begun again, or passed over, or fails what it is in. */
  void failed(Frame frame, String why, long at) {
    String reason = where(frame) + ": " + why;
    Frame failed = frame;
    while (true) {
      while (current() != failed) {
        frames.remove(frames.size() - 1);
      }
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
        leave(failed, at);
        return;
      }
      if (frames.size() == 1) {
        stop(reason);
        return;
      }
      failed = frames.get(frames.size() - 2);
    }
  }

  /** The run has failed, whatever the recipe says of failures. */
  void fail(Frame frame, String why) {
    stop(where(frame) + ": " + why);
  }

  /** The run has ended before its time. What was current stays so, for whoever asks where. */
  void stop(String reason) {
    end = end == null ? new Action.Fail(reason) : end;
  }

  private void leave(Frame frame, long at) {
    frames.remove(frame);
    if (frames.isEmpty()) {
      end = new Action.Complete();
      return;
    }
    Frame outer = current();
    Work.Repeat repeat = (Work.Repeat) outer.work.act();
    outer.index++;
    if (outer.index == repeat.steps().size()) {
      outer.index = 0;
      outer.rounds++;
      if (outer.rounds == repeat.times()) {
        finish(outer, at);
      }
    }
  }

  private void note(String reason) {
    failures++;
    lastFailure = reason;
  }

  /** The step, and the iterations of the repeats around it. */
  private String where(Frame frame) {
    List<String> iterations = iterations().stream().map(Progress.Iteration::toString).toList();
    return iterations.isEmpty() || frame.work.act() instanceof Work.Repeat
        ? frame.words()
        : frame.words() + ", iteration " + String.join(", ", iterations);
  }
}
