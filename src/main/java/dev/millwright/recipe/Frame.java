package dev.millwright.recipe;

/** A step under way: how far it is. Times are ns since the run's start. */
final class Frame {

  private static final long NEVER = Long.MAX_VALUE;

  final Work work;

  /** What the run had done when this was entered; it begins there again when it is tried again. */
  final Done before;

  /** False before the step begins, also before it begins again. */
  boolean begun;

  long beganAt;
  long deadline = NEVER;
  int attempts;

  /** Of a repeat: how often its steps are done, and how many of them in this round. */
  long rounds;

  /** The next write, or step; of a pulse its phase. */
  int index;

  /** When a pulse is over. */
  long due;

  /** Since when a condition is met; {@link #NEVER} while it is not. */
  long metSince = NEVER;

  /** Why a pulse that is being switched off has failed; null when it has not. */
  String why;

  /** What is done of a run: steps, and the time that was expected for them, ns. */
  record Done(long steps, long expected) {

    Done plus(Work work) {
      return new Done(steps + work.size().steps(), expected + work.size().expected());
    }
  }

  Frame(Work work, Done before) {
    this.work = work;
    this.before = before;
  }

  void begin(long at) {
    begun = true;
    beganAt = at;
    deadline = work.limit() == NEVER ? NEVER : at + work.limit();
    rounds = 0;
    index = 0;
    metSince = NEVER;
    why = null;
  }

  /** Moves its limit, as nothing could be done for so long. */
  void postpone(long time) {
    if (begun && deadline != NEVER) {
      deadline += time;
    }
  }

  /** Takes a condition's newest value into account, and says since when it is met. */
  long met(boolean meets, long readAt) {
    if (!meets) {
      metSince = NEVER;
    } else if (metSince == NEVER) {
      metSince = readAt;
    }
    return metSince;
  }

  /** The step as messages name it. */
  String words() {
    return work.path().isEmpty() ? "the recipe" : "step " + work.path() + " (" + work.name() + ")";
  }
}
