package dev.millwright.device.ascii;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a machine that talks unasked has said last, tag by tag. Pure: the time is passed in. */
final class HeardMachine {

  private record Heard(TagValue value, long at, long after) {}

  private static final TagValue NOT_YET = TagValue.bad("not received yet");

  private static final TagValue GARBLED =
      TagValue.bad(
          "a garbled line came, and nothing that tells this since: " + QuietLine.NOISE + "?");

  private final AsciiMachine machine;
  private final Map<String, Heard> heard = new HashMap<>();

  HeardMachine(AsciiMachine machine) {
    this.machine = machine;
  }

  /**
   * Takes a line.
   *
   * @param now in nanoseconds, on any clock that does not go back
   * @param after the line arrived after this, on the same; it may have waited to be read
   * @return whether the line sets any of the machine's tags
   */
  boolean hears(String line, long now, long after) {
    boolean any = false;
    for (AsciiTag tag : machine.observed()) {
      TagValue value = value(Finder.first(tag.reply(), line), tag);
      if (value != null) {
        heard.put(tag.name(), new Heard(value, now, after));
        any = true;
      }
    }
    return any;
  }

  /** A line was lost that may have told anything. */
  void misses(long now) {
    machine.tags().forEach(tag -> heard.put(tag.name(), new Heard(GARBLED, now, now)));
  }

  /** All tags: those of the last line, and the others as long as they are fresh. */
  Observation observation(long now) {
    Map<String, TagValue> values = new HashMap<>();
    Map<String, Age> ages = new HashMap<>();
    for (AsciiTag tag : machine.observed()) {
      Heard last = heard.get(tag.name());
      values.put(tag.name(), at(last, now));
      if (last != null) {
        ages.put(
            tag.name(),
            new Age(Duration.ofNanos(now - last.at()), Duration.ofNanos(now - last.after())));
      }
    }
    return new Observation(machine.serialNumber(), values, ages);
  }

  private TagValue at(Heard last, long now) {
    if (last == null) {
      return NOT_YET;
    }
    if (now - last.at() > machine.staleAfter().toNanos()) {
      return TagValue.bad(
          "stale: not received for more than " + Durations.words(machine.staleAfter()));
    }
    return last.value();
  }

  private static TagValue value(Finder.Result result, AsciiTag tag) {
    return switch (result.found()) {
      case ONCE ->
          result.value() == null
              ? TagValue.bad("the line came without this value")
              : AsciiValue.of(result.value());
      case TOO_SLOW ->
          TagValue.bad("reply of tag " + tag.name() + " takes too long to match: simplify it");
      case NOT, OPEN, SEVERAL -> null;
    };
  }
}
