package dev.millwright.consolidation;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of a plan's file that stand for another file, as psql has them: {@code \ir} and a path
 * relative to the file itself. Before a line that begins with a closing parenthesis the other
 * file's last semicolon is left out: there a query becomes part of one.
 */
final class Includes {

  /** Files that name each other end here. */
  private static final int DEEPEST = 5;

  private static final Pattern LINE = Pattern.compile("^\\\\ir (\\S+)$", Pattern.MULTILINE);

  /** Where the files come from. */
  interface Files {
    String text(String path) throws PlanException;
  }

  private Includes() {}

  /** The file's text with all that it includes. */
  static String text(String path, Files files) throws PlanException {
    return text(path, files, 0);
  }

  private static String text(String path, Files files, int depth) throws PlanException {
    if (depth > DEEPEST) {
      throw new PlanException(path + ": files that include each other are " + DEEPEST + " at most");
    }
    String text = files.text(path);
    if (text == null) {
      return null;
    }
    Matcher line = LINE.matcher(text);
    StringBuilder whole = new StringBuilder();
    while (line.find()) {
      String other = URI.create(path).resolve(line.group(1)).toString();
      String included = text(other, files, depth + 1);
      if (included == null) {
        throw new PlanException(path + ": \\ir " + line.group(1) + ": there is no such file");
      }
      boolean inside = text.startsWith("\n)", line.end());
      String part = inside ? included.strip().replaceFirst(";\\z", "") : included.stripTrailing();
      line.appendReplacement(whole, Matcher.quoteReplacement(part));
    }
    return line.appendTail(whole).toString();
  }
}
