package dev.millwright.device.ascii;

import dev.millwright.settings.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A table {@code [tags.NAME]} of an ASCII machine's file.
 *
 * @param query what to send; absent (null) when the machine talks unasked
 * @param reply a regular expression with one capturing group, the value; required
 */
public record AsciiTagSettings(@Optional String query, String reply) {

  private static final int MAX_PATTERN_CHARACTERS = 1_000;

  public AsciiTagSettings {
    tag("?", query, reply);
  }

  AsciiTag tag(String name) {
    return tag(name, query, reply);
  }

  private static AsciiTag tag(String name, String query, String reply) {
    if (reply == null || reply.isEmpty()) {
      throw new IllegalArgumentException("reply: is missing: what finds the value, e.g. (\\d+)\\r");
    }
    if (reply.length() > MAX_PATTERN_CHARACTERS) {
      throw new IllegalArgumentException(
          "reply: has " + reply.length() + " characters, more than " + MAX_PATTERN_CHARACTERS);
    }
    try {
      return new AsciiTag(name, query, Pattern.compile(reply));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "reply: "
              + Words.quoted(reply)
              + " is not a regular expression: "
              + e.getDescription()
              + " near character "
              + (e.getIndex() + 1),
          e);
    }
  }
}
