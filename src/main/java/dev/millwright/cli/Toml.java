package dev.millwright.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as they are written in a TOML file. */
final class Toml {

  private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|([rnt0\\\\]))");

  private Toml() {}

  /** A basic string (TOML 1.0, "String"). */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
              } else if (point < 0x20 || point == 0x7f) {
                quoted.append("\\u%04x".formatted(point));
              } else {
                quoted.appendCodePoint(point);
              }
            });
    return quoted.append('"').toString();
  }

  /** A number, true or false as it is, and anything else as a string. */
  static String value(String text) {
    return text.matches("-?[0-9]+(\\.[0-9]+)?|true|false") ? text : quoted(text);
  }

  /** What somebody means who writes {@code ST?\r} in a shell's quotes. */
  static String unescaped(String text) {
    Matcher escape = ESCAPE.matcher(text);
    StringBuilder plain = new StringBuilder();
    while (escape.find()) {
      String character =
          escape.group(1) != null
              ? String.valueOf((char) Integer.parseInt(escape.group(1), 16))
              : switch (escape.group(2)) {
                case "r" -> "\r";
                case "n" -> "\n";
                case "t" -> "\t";
                case "0" -> "\0";
                default -> "\\";
              };
      escape.appendReplacement(plain, Matcher.quoteReplacement(character));
    }
    return escape.appendTail(plain).toString();
  }
}
