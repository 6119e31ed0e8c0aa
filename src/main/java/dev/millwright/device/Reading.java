package dev.millwright.device;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What one machine has answered in one reading, question by question. A reading may take long, so
 * each value is as old as its answer, which may have waited to be read. Moments are of the
 * monotonic clock, in nanoseconds. Not safe for use by several threads.
 */
public final class Reading {

  private record Answer(long askedAt, long at) {}

  private final Map<String, TagValue> values = new HashMap<>();

  /** When the answer came, by tag. */
  private final Map<String, Answer> heard = new HashMap<>();

  /** Begins a new one. */
  public void clear() {
    values.clear();
    heard.clear();
  }

  /** A question was answered. */
  public void answered(Map<String, TagValue> answer, long askedAt, long now) {
    values.putAll(answer);
    answer.keySet().forEach(tag -> heard.put(tag, new Answer(askedAt, now)));
  }

  /** A tag has no value, and why. */
  public void bad(String tag, String why) {
    values.put(tag, TagValue.bad(why));
  }

  /** No answer of it counts any more. */
  public void forgetAnswers() {
    heard.clear();
  }

  /** Whether nothing was answered. */
  public boolean isUnanswered() {
    return heard.isEmpty();
  }

  /** All of it. */
  public Observation observation(String machine, long now) {
    Map<String, Age> ages = new HashMap<>();
    heard.forEach(
        (tag, answer) ->
            ages.put(
                tag,
                new Age(
                    Duration.ofNanos(now - answer.at()),
                    Duration.ofNanos(now - answer.askedAt()))));
    return new Observation(machine, values, ages);
  }
}
