package dev.millwright.cli;

/** A manual page under construction, in the macros of man(7). */
final class Roff {

  private final StringBuilder page = new StringBuilder();

  void title(String name, int section, String source) {
    line(".TH \"" + text(name) + "\" " + section + " \"\" \"" + text(source) + "\"");
  }

  void section(String heading) {
    line(".SH \"" + text(heading) + "\"");
  }

  void subsection(String heading) {
    line(".SS \"" + text(heading) + "\"");
  }

  void paragraph() {
    line(".PP");
  }

  /** A term, in roff, and what it means. */
  void item(String term, String meaning) {
    line(".TP");
    line(term);
    words(meaning);
  }

  void words(String words) {
    line(text(words.strip().replaceAll("\\s+", " ")));
  }

  /** A line of roff; an empty one is left out. */
  void line(String roff) {
    if (!roff.isEmpty()) {
      page.append(roff).append('\n');
    }
  }

  static String bold(String words) {
    return "\\fB" + text(words) + "\\fR";
  }

  /** Words as roff prints them: nothing in them is a request, a dash is the one of options. */
  static String text(String words) {
    return words
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\"", "\\(dq")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti")
        .replaceFirst("^\\.", "\\\\&.");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
