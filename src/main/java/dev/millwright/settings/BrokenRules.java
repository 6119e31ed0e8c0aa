package dev.millwright.settings;

import java.util.List;
import java.util.regex.Pattern;

/** Several complaints about one settings record, each in one line: key, colon, words. */
public final class BrokenRules extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  @SuppressWarnings("serial") // of a JDK's list
  private final List<String> complaints;

  BrokenRules(List<String> complaints) {
    super(String.join("\n", complaints));
    this.complaints = List.copyOf(complaints);
  }

  /**
   * What a constructor has to complain of, whichever way it says so.
   *
   * @return one line for each complaint; never empty
   */
  public static List<String> of(IllegalArgumentException e) {
    return e instanceof BrokenRules broken
        ? broken.complaints
        : List.of(line(String.valueOf(e.getMessage())));
  }

  /** A value that is told may hold a line end, which would make two complaints of one. */
  static String line(String complaint) {
    return CONTROL.matcher(complaint).replaceAll("?");
  }
}
