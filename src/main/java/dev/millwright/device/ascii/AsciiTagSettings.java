package dev.millwright.device.ascii;

import dev.millwright.settings.Access;
import dev.millwright.settings.Optional;
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
 */
public record AsciiTagSettings(
    @Optional String query,
    @Optional String reply,
    @Optional String write,
    @Optional String confirm,
    @Optional String refuse)
    implements Access.Stated {

  private static final int MAX_PATTERN_CHARACTERS = 1_000;

  /** A tag that is only observed. */
  public AsciiTagSettings(String query, String reply) {
    this(query, reply, null, null, null);
  }

  public AsciiTagSettings {
    tag("?", query, reply, command(write, confirm, refuse));
  }

  AsciiTag tag(String name) {
    return tag(name, query, reply, command(write, confirm, refuse));
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
