package dev.millwright.cli;

import java.util.regex.Pattern;

/** Colours of a terminal (ECMA-48, SGR), where somebody looks who wants them. */
enum Paint {
  NONE(""),
  GOOD("32"),
  ATTENTION("33"),
  BAD("1;31"),
  FAINT("2");

  /** {@code --color}. */
  enum When {
    NEVER,
    AUTO,
    ALWAYS;

    /** By no-color.org: a variable that is not empty asks for none, unless somebody insists. */
    boolean holds() {
      String none = System.getenv("NO_COLOR");
      return this == ALWAYS
          || (this == AUTO && (none == null || none.isEmpty()) && Terminal.isStandardOutput());
    }
  }

  private static final Pattern SEQUENCE = Pattern.compile("\033\\[[0-9;]*m");

  private static final String END = "\033[0m";

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  /** The text in this colour. */
  String on(String text) {
    return code.isEmpty() || text.isEmpty() ? text : "\033[" + code + "m" + text + END;
  }

  /** What others say, without what a terminal would obey: control characters are blanks. */
  static String plain(String text) {
    return text == null ? null : text.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", " ");
  }

  /** The text without any colour, for measuring it. */
  static String off(String text) {
    return SEQUENCE.matcher(text).replaceAll("");
  }

  /** As much of a line as fits; a line that is cut loses its colours. */
  static String cut(String line, int width) {
    String plain = off(line);
    return plain.codePointCount(0, plain.length()) <= width
        ? line
        : plain.substring(0, plain.offsetByCodePoints(0, width));
  }
}
