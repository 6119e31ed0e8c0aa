package dev.millwright.device.ascii;

import dev.millwright.settings.Access;
import dev.millwright.settings.Optional;
import dev.millwright.settings.ValueKind;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A table {@code [tags.NAME]} of an ASCII machine's file.
 *
 * @param query what to send; absent (null) when the machine talks unasked
 * @param reply a regular expression with one capturing group, the value; absent when the tag is
 *     only written
 * @param write what to send to write the tag; absent when it is only observed
 * @param confirm a regular expression without groups: the machine has done it; required with {@code
 *     write}
 * @param refuse likewise: it has not done it
 * @param type what its values are; for recipes to be judged before the machine is reached
 * @param min the lowest number that may be written
 * @param max the highest
 * @param unit what a number counts
 */
public record AsciiTagSettings(
    @Optional String query,
    @Optional String reply,
    @Optional String write,
    @Optional String confirm,
    @Optional String refuse,
    @Optional ValueKind.Type type,
    @Optional Double min,
    @Optional Double max,
    @Optional String unit)
    implements Access.Stated, ValueKind.Stated {

  private static final int MAX_PATTERN_CHARACTERS = 1_000;

  /** A tag that is only observed. */
  public AsciiTagSettings(String query, String reply) {
    this(query, reply, null, null, null);
  }

  /** A tag of whose values nothing is known. */
  public AsciiTagSettings(String query, String reply, String write, String confirm, String refuse) {
    this(query, reply, write, confirm, refuse, null, null, null, null);
  }

  public AsciiTagSettings {
    tag("?", query, reply, command(write, confirm, refuse));
    var unused = new ValueKind(type, min, max, unit);
  }

  AsciiTag tag(String name) {
    return tag(name, query, reply, command(write, confirm, refuse));
  }

  /** What is written without a value can only be done, not undone. */
  @Override
  public ValueKind kind() {
    boolean done = write != null && !write.contains(AsciiCommand.PLACE);
    return done
        ? new ValueKind(ValueKind.Type.BOOLEAN, 1.0, null, null)
        : new ValueKind(type, min, max, unit);
  }

  @Override
  public Access access() {
    if (write == null) {
      return Access.READ;
    }
    return reply == null ? Access.WRITE : Access.READ_WRITE;
  }

  private static AsciiTag tag(String name, String query, String reply, AsciiCommand command) {
    return new AsciiTag(name, query, pattern("reply", reply), command);
  }

  private static AsciiCommand command(String write, String confirm, String refuse) {
    if (write == null) {
      String without = confirm != null ? "confirm" : "refuse";
      if (confirm != null || refuse != null) {
        throw new IllegalArgumentException(without + ": has no effect without write");
      }
      return null;
    }
    if (confirm == null) {
      throw new IllegalArgumentException(
          "confirm: is missing: what the machine says when it has done what is written, e.g."
              + " OK\\r");
    }
    return new AsciiCommand(write, pattern("confirm", confirm), pattern("refuse", refuse));
  }

  private static Pattern pattern(String key, String text) {
    if (text == null) {
      return null;
    }
    if (text.length() > MAX_PATTERN_CHARACTERS) {
      throw new IllegalArgumentException(
          key + ": has " + text.length() + " characters, more than " + MAX_PATTERN_CHARACTERS);
    }
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          key
              + ": "
              + Words.quoted(text)
              + " is not a regular expression: "
              + e.getDescription()
              + " near character "
              + (e.getIndex() + 1),
          e);
    }
  }
}
