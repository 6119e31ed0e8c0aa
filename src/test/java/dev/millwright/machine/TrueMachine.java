package dev.millwright.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A machine as it really is: runs one after the other, and a counter that moves with its state, a
 * little before or a little after it. Between two readings a few milliseconds apart it makes one
 * step at most.
 */
final class TrueMachine {

  /** How it moves its counter against its state. */
  enum Counting {
    WITH_THE_START(Counted.STARTED, 0),
    BEFORE_THE_START(Counted.STARTED, -1),
    AFTER_THE_START(Counted.STARTED, 1),
    WITH_THE_END(Counted.COMPLETED, 0),
    BEFORE_THE_END(Counted.COMPLETED, -1),
    AFTER_THE_END(Counted.COMPLETED, 1);

    final Counted counted;

    /** Negative when the counter moves before the state, positive when after it. */
    private final int order;

    Counting(Counted counted, int order) {
      this.counted = counted;
      this.order = order;
    }
  }

  /**
   * A run, as only the machine knows it.
   *
   * @param started when, in milliseconds
   * @param end what the machine showed at its end; null while it lasts
   */
  record Run(long started, Shown end) {}

  private final Random random;
  private final Counting counting;
  private final boolean showsCompletion;
  private final List<Run> runs = new ArrayList<>();

  /** The step that the counter has made before the state, or the state before the counter. */
  private boolean halfway;

  private Shown next = Shown.PROCESSING;

  Shown shown = Shown.IDLE;
  long counter;
  long millis = 1_000;

  TrueMachine(Random random, Counting counting, boolean showsCompletion) {
    this.random = random;
    this.counting = counting;
    this.showsCompletion = showsCompletion;
    this.counter = random.nextInt(1000);
  }

  /** So many runs have started. */
  int started() {
    return runs.size();
  }

  /** The present or last run, or the one of that number, the first being 1. */
  Run run(int number) {
    return runs.get(number - 1);
  }

  Counted counted() {
    return counting.counted;
  }

  boolean isSettled() {
    return !halfway && shown != Shown.PROCESSING;
  }

  /** The next step of state or counter, some time later. */
  void step() {
    millis += halfway ? 20 + random.nextInt(180) : 20 + random.nextInt(600);
    step(0);
  }

  /** The next step, in the middle of being read. */
  void stepNow() {
    step(5);
  }

  private void step(long after) {
    millis += after;
    if (halfway) {
      halfway = false;
      if (counting.order > 0) {
        counter++;
      } else {
        become(next);
      }
      return;
    }
    next = next();
    boolean starts = next == Shown.PROCESSING;
    boolean ends = shown == Shown.PROCESSING;
    boolean counts = counting.counted == Counted.STARTED ? starts : ends;
    if (!counts) {
      become(next);
    } else if (counting.order < 0) {
      counter++;
      halfway = true;
    } else {
      become(next);
      counter += counting.order == 0 ? 1 : 0;
      halfway = counting.order > 0;
    }
  }

  private Shown next() {
    int luck = random.nextInt(10);
    return switch (shown) {
      case IDLE -> luck == 0 ? Shown.ERROR : Shown.PROCESSING;
      case PROCESSING ->
          luck < 2
              ? Shown.ERROR
              : luck < 4 ? Shown.STOPPED : showsCompletion ? Shown.COMPLETE : Shown.IDLE;
      case COMPLETE, STOPPED -> luck < 2 ? Shown.PROCESSING : Shown.IDLE;
      case ERROR -> Shown.IDLE;
    };
  }

  private void become(Shown now) {
    if (shown == Shown.PROCESSING) {
      Run last = runs.remove(runs.size() - 1);
      runs.add(new Run(last.started(), now));
    }
    if (now == Shown.PROCESSING) {
      runs.add(new Run(millis, null));
    }
    shown = now;
  }
}
