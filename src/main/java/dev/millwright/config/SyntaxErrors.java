package dev.millwright.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Says the TOML library's errors in words, and which lines cannot be trusted because of them. */
final class SyntaxErrors {

  private static final Pattern AGAIN =
      Pattern.compile("(.+) (?:previously|already) defined at line (\\d+).*");
  private static final Pattern UNEXPECTED =
      Pattern.compile("Unexpected (.+), expected (.+)", Pattern.DOTALL);
  private static final Pattern ESCAPE = Pattern.compile("Invalid escape sequence '(.+)'");

  private static final String A_VALUE = "a number, a boolean";

  private SyntaxErrors() {}

  /**
   * The error after which the library skipped the rest of the file, or null. It does so after a key
   * without a value, whose line end it looks for in vain.
   */
  static TomlParseError skipped(TomlParseResult result) {
    return result.errors().stream()
        .filter(error -> error.getMessage().startsWith("Unexpected end of line"))
        .filter(error -> error.getMessage().contains(A_VALUE))
        .findFirst()
        .orElse(null);
  }

  /** The text with the errors' lines left empty, so that the others keep their numbers. */
  static String blank(String text, List<TomlParseError> errors) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    errors.forEach(error -> lines.set(error.position().line() - 1, ""));
    return String.join("\n", lines) + "\n";
  }

  static void report(Path file, String text, List<TomlParseError> errors, Report report) {
    List<String> lines = text.lines().toList();
    for (TomlParseError error : errors) {
      // What has no end is noticed behind the last line, where there is nothing to look at.
      int line = Math.min(error.position().line(), lines.size());
      String source = lines.get(line - 1).strip();
      Place place = new Place(file, line, error.position().column());
      Matcher again = AGAIN.matcher(String.valueOf(error.getMessage()));
      if (again.matches() && !source.startsWith("[")) {
        // Nothing is in doubt: the first value stands, the second is refused.
        report.mistake(place, twice("key \"" + again.group(1) + "\"", again.group(2)));
        continue;
      }
      String message =
          again.matches()
              ? twice("table [" + again.group(1) + "]", again.group(2))
              : words(String.valueOf(error.getMessage()));
      int last = source.startsWith("[") ? lastOfTable(lines, line) : line;
      report.syntax(place, message, l -> l >= line && l <= last);
    }
  }

  private static String twice(String what, String firstLine) {
    return what + " is given twice; first in line " + firstLine;
  }

  /** A header that is not understood leaves the keys below it in another table. */
  private static int lastOfTable(List<String> lines, int header) {
    int line = header;
    while (line < lines.size() && !lines.get(line).strip().startsWith("[")) {
      line++;
    }
    return line;
  }

  private static String words(String message) {
    Matcher escape = ESCAPE.matcher(message);
    if (escape.matches()) {
      return "\""
          + escape.group(1)
          + "\" means nothing in a text; write \\\\ for a backslash, or put"
          + " the text into single quotes";
    }
    Matcher unexpected = UNEXPECTED.matcher(message);
    if (!unexpected.matches()) {
      return message;
    }
    String found = unexpected.group(1);
    String wanted = unexpected.group(2);
    if (found.equals("end of input")) {
      return "the file ends inside "
          + (wanted.startsWith("]") ? "a list" : "a text")
          + ", which needs a "
          + wanted.split("[, ]", 2)[0];
    }
    if (wanted.contains(A_VALUE)) {
      return "found "
          + found
          + ", expected a value: text in double quotes, a number, true or false,"
          + " a list in [ ] or a table in { }";
    }
    if (wanted.equals("a newline or end-of-input")) {
      return "found " + found + " after the end of a value; text needs double quotes around it";
    }
    if (wanted.startsWith("], a comma")) {
      return "found " + found + " in a list, expected a comma or the list's end, ]";
    }
    return "found " + found + ", expected " + wanted;
  }
}
