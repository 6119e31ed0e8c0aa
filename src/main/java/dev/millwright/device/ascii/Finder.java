package dev.millwright.device.ascii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a pattern's value in text from the wire, within a bounded effort: a pattern such as {@code
 * (a+)+b} can otherwise take years on the right noise.
 */
final class Finder {

  /** Far more than a sane pattern needs on 4,096 characters, and some ten milliseconds. */
  private static final int MAX_STEPS = 1_000_000;

  /** How often the pattern is in the text. */
  enum Found {
    NOT,
    /** It is there, but more characters could change what it captures. */
    OPEN,
    ONCE,
    SEVERAL,
    TOO_SLOW
  }

  /**
   * What was found.
   *
   * @param value what the group captured; null unless found {@code ONCE}, and then null only when
   *     the group took no part
   */
  record Result(Found found, String value) {}

  private Finder() {}

  static Result find(Pattern pattern, CharSequence text) {
    Matcher matcher = pattern.matcher(new Counted(text));
    try {
      if (!matcher.find()) {
        return new Result(Found.NOT, null);
      }
      if (matcher.hitEnd()) {
        return new Result(Found.OPEN, null);
      }
      String value = matcher.group(1);
      return matcher.find() ? new Result(Found.SEVERAL, null) : new Result(Found.ONCE, value);
    } catch (TooSlow | StackOverflowError e) {
      return new Result(Found.TOO_SLOW, null);
    }
  }

  /** In a line that is complete: the first match, be it at the end. */
  static Result first(Pattern pattern, CharSequence line) {
    Matcher matcher = pattern.matcher(new Counted(line));
    try {
      return matcher.find()
          ? new Result(Found.ONCE, matcher.group(1))
          : new Result(Found.NOT, null);
    } catch (TooSlow | StackOverflowError e) {
      return new Result(Found.TOO_SLOW, null);
    }
  }

  private static final class TooSlow extends RuntimeException {
    TooSlow() {
      super(null, null, false, false);
    }
  }

  /** Text that lets itself be looked at so often, and no more. */
  private static final class Counted implements CharSequence {

    private final CharSequence text;
    private int stepsLeft = MAX_STEPS;

    Counted(CharSequence text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (--stepsLeft < 0) {
        throw new TooSlow();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
