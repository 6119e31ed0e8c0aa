package dev.millwright.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Steps through a program on a machine and a clock that are both made up. */
final class SimulatedRun implements View {

  static final long MS = 1_000_000;

  /** Far from zero, so that nothing depends on where the clock begins; it overflows meanwhile. */
  private static final long START = Long.MAX_VALUE - 3_000 * MS;

  final Map<String, Object> values = new HashMap<>();
  final Sequencer sequencer;

  /** What was written and confirmed, as {@code 1500 valve_1=true}. */
  final List<String> writes = new ArrayList<>();

  /** How long a write takes. */
  long writeTime = MS;

  /** How much later than asked the run is looked at. */
  long lateness;

  /** How often the machine is looked at. */
  long poll = 100 * MS;

  /** Writes that the machine does not confirm, by tag and value as in the list above. */
  Predicate<String> refuses = write -> false;

  /** Those of the refused writes that have happened all the same: their answer was lost. */
  Predicate<String> loses = write -> false;

  /** What happens at moments, in ms since the start. */
  final Map<Long, Runnable> events = new HashMap<>();

  private long now = START;
  private long seenAt = START;
  private long looks;

  SimulatedRun(Program program) {
    this(program, Duration.ofMillis(50));
  }

  SimulatedRun(Program program, Duration overrunLimit) {
    sequencer = new Sequencer(program, START, overrunLimit);
  }

  long millis() {
    return (now - START) / MS;
  }

  Progress progress() {
    return sequencer.progress(now);
  }

  /** Runs to the end, or until it has been held for an hour. */
  Action run() {
    return run(Long.MAX_VALUE);
  }

  /** Runs for so many ms at most. */
  Action run(long until) {
    Action action = one();
    while (!isEnd(action) && millis() < until) {
      action = one();
    }
    return action;
  }

  static boolean isEnd(Action action) {
    return action instanceof Action.Complete || action instanceof Action.Fail;
  }

  /** Does what is to be done now, or lets time pass. */
  Action one() {
    if (++looks > 1_000_000) {
      throw new AssertionError("no end at " + progress());
    }
    Action action = sequencer.next(this, now);
    if (action instanceof Action.Write write) {
      write(write);
    } else if (action instanceof Action.Await await) {
      pass(Math.max(0, Math.min(await.until() + lateness - now, seenAt + poll - now)));
    } else if (action instanceof Action.Held) {
      pass(seenAt + poll - now);
    }
    return action;
  }

  private void write(Action.Write write) {
    pass(writeTime);
    String words = write.tag() + "=" + write.value();
    boolean refused = refuses.test(words);
    if (!refused || loses.test(words)) {
      values.put(write.tag(), write.value());
    }
    if (!refused) {
      writes.add(millis() + " " + words);
    }
    sequencer.written(!refused, refused ? "no answer" : null, now);
  }

  /** Lets time pass, and looks at the machine when it is time to. */
  private void pass(long time) {
    long before = millis();
    now += time;
    for (long at = before + 1; at <= millis(); at++) {
      Runnable event = events.remove(at);
      if (event != null) {
        event.run();
      }
    }
    if (now - seenAt >= poll) {
      seenAt = now;
    }
  }

  void unhold() {
    sequencer.unhold(now);
  }

  @Override
  public Object value(String tag) {
    return values.get(tag);
  }

  @Override
  public long readAt(String tag) {
    return seenAt;
  }
}
