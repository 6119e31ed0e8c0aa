package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The writing of a machine's safe state (I7): in order, each confirmed. What is refused keeps the
 * rest from nothing: that is written first, and then tried again with growing pauses, for ever.
 *
 * <p>Not safe for use by several threads; moments are on the monotonic clock, in nanoseconds.
 */
final class SafeState {

  static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Duration within;
  private final long since;
  private List<TagWrite> left;
  private final List<TagWrite> failed = new ArrayList<>();
  private long again;
  private Duration pause = FIRST_PAUSE;
  private String trouble = "the link is not open";
  private boolean lateTold;

  /**
   * @param writes at least one
   * @param within how long it may take
   */
  SafeState(List<TagWrite> writes, Duration within, long now) {
    this.left = new ArrayList<>(writes);
    this.within = within;
    this.since = now;
    this.again = now;
  }

  boolean isDone() {
    return left.isEmpty() && failed.isEmpty();
  }

  /** What to write now; null when nothing is, for now or for good. */
  TagWrite due(long now) {
    return left.isEmpty() || now - again < 0 ? null : left.get(0);
  }

  /** When there is something to write, or was; null when all is written. */
  Long again() {
    return left.isEmpty() ? null : (Long) again;
  }

  /** What became of it. */
  void written(Written written, long now) {
    TagWrite write = left.remove(0);
    if (written.outcome() != Written.Outcome.DONE) {
      failed.add(write);
      trouble = write + ": " + written.why();
    }
    if (left.isEmpty() && !failed.isEmpty()) {
      left = new ArrayList<>(failed);
      failed.clear();
      again = now + pause.toNanos();
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
  }

  /** True once: when it has taken longer than it may. */
  boolean becomesLate(long now) {
    boolean late = !lateTold && !isDone() && now - since >= within.toNanos();
    lateTold |= late;
    return late;
  }

  /** What keeps it from being confirmed, in words. */
  String trouble() {
    return "the safe state is not confirmed within " + Durations.words(within) + ": " + trouble;
  }
}
