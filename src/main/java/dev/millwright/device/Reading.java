package dev.millwright.device;

import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What one machine has answered in one reading, question by question. A reading may take long, so
 * each value is as old as its answer, which may have waited to be read. Moments are of the
 * monotonic clock, in nanoseconds. Not safe for use by several threads.
 */
public final class Reading {

  private record Answer(Map<String, TagValue> values, long askedAt, long at) {
    Age age(long now) {
      return new Age(Duration.ofNanos(now - at), Duration.ofNanos(now - askedAt));
    }
  }

  /** The only thing that is known, which is in no table then: most machines answer all at once. */
  private Answer only;

  private final Map<String, TagValue> values = new HashMap<>();

  /** As handed on last. */
  private Map<String, TagValue> told = Map.of();

  /** The answer, by tag. */
  private final Map<String, Answer> heard = new HashMap<>();

  /** Begins a new one. */
  public void clear() {
    only = null;
    values.clear();
    heard.clear();
  }

  /**
   * A question was answered.
   *
   * @param answer does not change any more; the same object as before where nothing has changed
   */
  public void answered(Map<String, TagValue> answer, long askedAt, long now) {
    Answer heardNow = new Answer(answer, askedAt, now);
    if (only == null && values.isEmpty()) {
      only = heardNow;
    } else {
      join();
      join(heardNow);
    }
  }

  private void join() {
    if (only != null) {
      join(only);
      only = null;
    }
  }

  private void join(Answer answer) {
    values.putAll(answer.values());
    answer.values().keySet().forEach(tag -> heard.put(tag, answer));
  }

  /** A tag has no value, and why. */
  public void bad(String tag, String why) {
    join();
    values.put(tag, TagValue.bad(why));
  }

  /** No answer of it counts any more. */
  public void forgetAnswers() {
    join();
    heard.clear();
  }

  /** Whether nothing was answered. */
  public boolean isUnanswered() {
    return only == null && heard.isEmpty();
  }

  /** All of it. */
  public Observation observation(String machine, long now) {
    Map<String, TagValue> known = only == null ? values : only.values();
    if (!known.equals(told)) {
      // While nothing changes it is the same map, by which others see that.
      told = Map.copyOf(known);
    }
    if (only != null) {
      return new Observation(machine, told, only.age(now));
    }
    IdentityHashMap<Answer, Age> byAnswer = new IdentityHashMap<>();
    Map<String, Age> ages = new HashMap<>();
    heard.forEach(
        (tag, answer) -> ages.put(tag, byAnswer.computeIfAbsent(answer, its -> its.age(now))));
    return new Observation(machine, told, ages);
  }
}
