package dev.millwright.device.ascii;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A named value in what a machine says, or that it is told, or both.
 *
 * @param name the tag's name
 * @param query what to send, as characters of ISO-8859-1; null when the machine talks unasked
 * @param reply finds the value in what came: its one capturing group is the value; null when the
 *     tag is only written
 * @param command how it is written; null when it is only observed
 */
public record AsciiTag(String name, String query, Pattern reply, AsciiCommand command) {

  static final int MAX_QUERY_CHARACTERS = 256;

  /** A tag that is only observed. */
  public AsciiTag(String name, String query, Pattern reply) {
    this(name, query, reply, null);
  }

  public AsciiTag {
    Objects.requireNonNull(name, "name");
    if (reply == null) {
      requireNothingToObserve(query, command);
    } else {
      checkReply(reply);
    }
    if (query != null) {
      checkQuery(query);
    }
  }

  /** Whether it is observed. */
  boolean isObserved() {
    return reply != null;
  }

  /** Why it does not take this value; null when it does. */
  String refusal(Object value) {
    return command == null ? "it has no key write" : command.refusal(value);
  }

  private static void requireNothingToObserve(String query, AsciiCommand command) {
    if (query != null || command == null) {
      throw new IllegalArgumentException("reply: is missing: what finds the value, e.g. (\\d+)\\r");
    }
  }

  private static void checkReply(Pattern reply) {
    int groups = reply.matcher("").groupCount();
    if (groups != 1) {
      throw new IllegalArgumentException(
          "reply: "
              + Words.quoted(reply.pattern())
              + " has "
              + groups
              + " capturing groups, and needs exactly one, around the value;"
              + " other groups are written (?:…)");
    }
    if (reply.matcher("").find()) {
      throw new IllegalArgumentException(
          "reply: "
              + Words.quoted(reply.pattern())
              + " also matches empty text, so it would match anything");
    }
  }

  private static void checkQuery(String query) {
    if (query.isEmpty()) {
      throw new IllegalArgumentException(
          "query: is empty; leave it out for a machine that talks unasked");
    }
    if (query.length() > MAX_QUERY_CHARACTERS) {
      throw new IllegalArgumentException(
          "query: has " + query.length() + " characters, more than " + MAX_QUERY_CHARACTERS);
    }
    if (query.chars().anyMatch(character -> character > 0xff)) {
      throw new IllegalArgumentException(
          "query: " + Words.quoted(query) + " has characters outside ISO-8859-1");
    }
  }
}
