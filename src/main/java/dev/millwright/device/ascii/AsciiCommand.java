package dev.millwright.device.ascii;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a tag is written: what is sent, and what the machine then says.
 *
 * @param write what to send, as characters of ISO-8859-1; <code>{value}</code>, once at most,
 *     stands for the value
 * @param confirm what the machine says when it has done it; without capturing groups
 * @param refuse what it says when it has not; null when it then says nothing
 */
record AsciiCommand(String write, Pattern confirm, Pattern refuse) {

  static final String PLACE = "{value}";

  private static final Pattern ANY_PLACE = Pattern.compile("\\{[A-Za-z_]*}");

  AsciiCommand {
    checkText(write);
    checkPattern("confirm", confirm);
    if (refuse != null) {
      checkPattern("refuse", refuse);
    }
  }

  /** Finds either, with one group around it. */
  Pattern either() {
    String other = refuse == null ? "" : "|(?:" + refuse.pattern() + ")";
    return Pattern.compile("((?:" + confirm.pattern() + ")" + other + ")");
  }

  /** Finds the confirmation, with one group around it. */
  Pattern confirmed() {
    return Pattern.compile("(" + confirm.pattern() + ")");
  }

  /** Why it does not take this value; null when it does. */
  String refusal(Object value) {
    int at = write.indexOf(PLACE);
    if (at < 0) {
      return Boolean.TRUE.equals(value)
          ? null
          : "its write has no " + PLACE + ", so it can only be written as true";
    }
    String text = text(value);
    String behind = write.substring(at + PLACE.length());
    if (text.isEmpty()) {
      return "an empty text would be sent";
    }
    if (text.chars().anyMatch(character -> character > 0xff || Character.isISOControl(character))) {
      return Words.quoted(text) + " has control characters, or others outside ISO-8859-1";
    }
    // Else the value could end the command and begin another.
    if (!behind.isEmpty() && text.contains(behind)) {
      return Words.quoted(text) + " contains " + Words.quoted(behind) + ", which ends the command";
    }
    int length = filled(value).length();
    return length > AsciiTag.MAX_QUERY_CHARACTERS
        ? length + " characters would be sent, more than " + AsciiTag.MAX_QUERY_CHARACTERS
        : null;
  }

  /** What is sent for a value that it takes. */
  String filled(Object value) {
    return write.replace(PLACE, text(value));
  }

  private static String text(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "1" : "0";
    }
    return value instanceof Double number
        ? BigDecimal.valueOf(number).toPlainString()
        : value.toString();
  }

  private static void checkText(String write) {
    if (write.isEmpty() || write.length() > AsciiTag.MAX_QUERY_CHARACTERS) {
      throw new IllegalArgumentException(
          "write: has "
              + write.length()
              + " characters, not 1 to "
              + AsciiTag.MAX_QUERY_CHARACTERS);
    }
    if (write.chars().anyMatch(character -> character > 0xff)) {
      throw new IllegalArgumentException(
          "write: " + Words.quoted(write) + " has characters outside ISO-8859-1");
    }
    Matcher places = ANY_PLACE.matcher(write);
    for (int count = 1; places.find(); count++) {
      if (!places.group().equals(PLACE) || count > 1) {
        throw new IllegalArgumentException(
            "write: " + places.group() + " is not known; " + PLACE + " may stand there, once");
      }
    }
  }

  private static void checkPattern(String key, Pattern pattern) {
    if (pattern.matcher("").groupCount() > 0) {
      throw new IllegalArgumentException(
          key
              + ": "
              + Words.quoted(pattern.pattern())
              + " has capturing groups, and needs none; write them (?:…)");
    }
    if (pattern.matcher("").find()) {
      throw new IllegalArgumentException(
          key
              + ": "
              + Words.quoted(pattern.pattern())
              + " also matches empty text, so it would match anything");
    }
  }
}
