package dev.millwright.device.ascii;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A named value in what a machine says.
 *
 * @param name the tag's name
 * @param query what to send, as characters of ISO-8859-1; null when the machine talks unasked
 * @param reply finds the value in what came: its one capturing group is the value
 */
public record AsciiTag(String name, String query, Pattern reply) {

  static final int MAX_QUERY_CHARACTERS = 256;

  public AsciiTag {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reply, "reply");
    if (query != null) {
      checkQuery(query);
    }
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
