package dev.millwright.runtime;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Sighting;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a machine's state from its tags, by the codes of {@code [lifecycle] state}. It remembers
 * only what the last values mean, as most observations bring the same ones again. Not safe for use
 * by several threads.
 */
final class StateReader {

  /**
   * What an observation says.
   *
   * @param sighting the machine as it showed itself; null when the observation says nothing
   * @param raw the state tag's value as text, for the log; null when bad
   * @param problem why it says nothing, or what is missing from it, in words; null when all is well
   */
  record Result(Sighting sighting, String raw, String problem) {}

  /**
   * What values say, whenever they were read.
   *
   * @param shown null when they say nothing
   * @param raw as in {@link Result}
   * @param problem as in {@link Result}
   */
  private record Meaning(
      Shown shown,
      Long cycle,
      String recipe,
      String batch,
      Failure failure,
      Instant began,
      String raw,
      String problem) {

    static Meaning none(String raw, String problem) {
      return new Meaning(null, null, null, null, null, null, raw, problem);
    }
  }

  /** No fault text or recipe name is longer; what goes beyond is noise on the line. */
  private static final int MAX_TEXT = 1_000;

  private static final int MAX_QUOTED = 60;

  private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

  private final LifecycleSettings lifecycle;
  private final boolean acceptUncertain;
  private final Map<String, Shown> codes;

  private Map<String, TagValue> lastValues;
  private Meaning lastMeaning;

  StateReader(LifecycleSettings lifecycle, boolean acceptUncertain) {
    this.lifecycle = lifecycle;
    this.acceptUncertain = acceptUncertain;
    this.codes = lifecycle.state().meanings();
  }

  /**
   * @param seenAt when the observation arrived, by the host's clock; its state may be older
   * @param nanos the same on the monotonic clock
   */
  Result read(Observation observation, Instant seenAt, long nanos) {
    // Links hand on the same map while nothing changes.
    if (observation.values() != lastValues) {
      lastMeaning = meaning(observation.values());
      lastValues = observation.values();
    }
    Meaning meaning = lastMeaning;
    if (meaning.shown() == null) {
      return new Result(null, meaning.raw(), meaning.problem());
    }
    Age age = observation.age(lifecycle.state().tag());
    Sighting sighting =
        new Sighting(
            meaning.shown(),
            meaning.cycle(),
            meaning.recipe(),
            meaning.batch(),
            meaning.failure(),
            meaning.began(),
            seenAt.minus(age.atMost()),
            seenAt.minus(age.likely()),
            seenAt,
            nanos,
            false);
    return new Result(sighting, meaning.raw(), meaning.problem());
  }

  private Meaning meaning(Map<String, TagValue> values) {
    String tag = lifecycle.state().tag();
    TagValue state = values.get(tag);
    String problem = problemOf(tag, state);
    if (problem != null) {
      return Meaning.none(null, problem);
    }
    String raw = state.text();
    Shown shown = codes.get(raw);
    if (shown == null && lifecycle.state().isOffline(raw)) {
      return Meaning.none(
          raw, "tag " + tag + " shows " + quoted(raw) + ": the machine is not available");
    } else if (shown == null) {
      return Meaning.none(
          raw,
          "tag "
              + tag
              + " shows "
              + quoted(raw)
              + ", which no list of [lifecycle] state names: add it"
              + " to idle, processing, complete, stopped or error");
    }
    String counterProblem = null;
    Long cycle = null;
    if (lifecycle.counter() != null) {
      TagValue counter = values.get(lifecycle.counter());
      counterProblem = problemOf(lifecycle.counter(), counter);
      cycle = counterProblem == null ? wholeNumber(counter) : null;
      if (counterProblem == null && cycle == null) {
        counterProblem =
            "tag "
                + lifecycle.counter()
                + " shows "
                + quoted(counter.text())
                + ", which is not a whole number of 0 or more: runs are not counted";
      }
    }
    return new Meaning(
        shown,
        cycle,
        text(values, lifecycle.recipe()),
        batch(values),
        shown == Shown.ERROR ? failure(values, raw) : null,
        state.sourceTime(),
        raw,
        counterProblem);
  }

  private String problemOf(String tag, TagValue value) {
    if (value == null) {
      return "tag " + tag + " was not read";
    } else if (value.quality() == Quality.BAD) {
      return "tag " + tag + " is bad: " + value.why();
    } else if (value.quality() == Quality.UNCERTAIN && !acceptUncertain) {
      return "tag "
          + tag
          + " is uncertain: "
          + value.why()
          + " (accept_uncertain = true would take it)";
    }
    return null;
  }

  private Failure failure(Map<String, TagValue> values, String raw) {
    String description = text(values, lifecycle.fault());
    return new Failure(
        text(values, lifecycle.component()),
        description == null ? "the machine shows state " + raw : description);
  }

  /** What is cut would be another batch's id: one that is too long is none. */
  private String batch(Map<String, TagValue> values) {
    String batch = text(values, lifecycle.batch());
    return batch == null || batch.length() > Detail.MAX_BATCH ? null : batch;
  }

  /** A tag's text; null when there is no such tag, no usable value, or nothing in it. */
  private String text(Map<String, TagValue> values, String tag) {
    TagValue value = tag == null ? null : values.get(tag);
    if (value == null || problemOf(tag, value) != null) {
      return null;
    }
    String text = printable(value.text(), MAX_TEXT);
    return text.isEmpty() ? null : text;
  }

  /**
   * What a machine says goes into log lines and text columns. PostgreSQL cannot hold a NUL, and
   * would refuse the transition for it.
   */
  private static String printable(String text, int limit) {
    String clean = CONTROLS.matcher(text).replaceAll(" ").strip();
    return clean.length() <= limit ? clean : clean.substring(0, limit) + "…";
  }

  private static Long wholeNumber(TagValue value) {
    try {
      long number = Long.parseLong(value.text());
      return number < 0 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String quoted(String raw) {
    return '"' + printable(raw, MAX_QUOTED) + '"';
  }
}
