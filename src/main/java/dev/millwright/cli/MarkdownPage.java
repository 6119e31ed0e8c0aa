package dev.millwright.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a guide of ours into a page of the manual: of Markdown, it knows what the guides use. */
final class MarkdownPage {

  /** Code, bold, a link with its words, of which a terminal needs no address. */
  private static final Pattern INLINE =
      Pattern.compile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[((?:[^\\[\\]`]|`[^`]*`)+)]\\([^)]*\\)");

  private static final Pattern TABLE_RULE = Pattern.compile("\\|[-| :]+\\|");
  private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");

  private final Roff page;
  private final StringBuilder paragraph = new StringBuilder();
  private List<String> header = List.of();
  private boolean literal;

  private MarkdownPage(Roff page) {
    this.page = page;
  }

  /** Appends all of a guide but its title. */
  static void append(String markdown, Roff page) {
    MarkdownPage guide = new MarkdownPage(page);
    markdown.lines().forEach(guide::line);
    guide.endParagraph();
  }

  private void line(String line) {
    if (line.startsWith("```")) {
      endParagraph();
      literal = !literal;
      page.line(literal ? ".PP\n.RS 4\n.nf" : ".fi\n.RE");
    } else if (literal) {
      page.line(line.isEmpty() ? ".sp" : Roff.text(line));
    } else if (line.startsWith("|")) {
      endParagraph();
      row(line);
    } else if (line.startsWith("#")) {
      endParagraph();
      heading(line);
    } else if (line.isBlank()) {
      endParagraph();
    } else {
      if (line.startsWith("- ")) {
        endParagraph();
      }
      paragraph.append(line.strip()).append(' ');
    }
    if (!line.startsWith("|")) {
      header = List.of();
    }
  }

  private void heading(String line) {
    String words = line.replaceFirst("^#+ ", "").replace("`", "");
    if (line.startsWith("###")) {
      page.subsection(words);
    } else if (line.startsWith("##")) {
      page.section(words);
    }
  }

  /** The first cell is the term; between it and the last, each is told with its column's name. */
  private void row(String line) {
    List<String> cells = cells(line);
    if (header.isEmpty()) {
      header = cells;
    } else if (!TABLE_RULE.matcher(line).matches()) {
      StringBuilder meaning = new StringBuilder();
      int last = cells.size() - 1;
      for (int i = 1; i < last; i++) {
        meaning.append(i == 1 ? "(" : "; ");
        meaning.append(Roff.text(header.get(i))).append(": ").append(inline(cells.get(i)));
        meaning.append(i == last - 1 ? ") " : "");
      }
      page.line(".TP\n" + inline(cells.get(0)) + "\n" + meaning + inline(cells.get(last)));
    }
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    String between = line.strip().replaceAll("^\\||\\|$", "");
    for (String cell : CELL_END.split(between, -1)) {
      cells.add(cell.strip().replace("\\|", "|"));
    }
    return cells;
  }

  private void endParagraph() {
    String words = paragraph.toString().strip();
    paragraph.setLength(0);
    if (words.startsWith("- ")) {
      page.line(".IP \\(bu 2\n" + inline(words.substring(2)));
    } else if (!words.isEmpty()) {
      page.paragraph();
      page.line(inline(words));
    }
  }

  private static String inline(String words) {
    StringBuilder roff = new StringBuilder();
    Matcher found = INLINE.matcher(words);
    int from = 0;
    while (found.find()) {
      roff.append(Roff.text(words.substring(from, found.start())));
      if (found.group(3) != null) {
        roff.append(inline(found.group(3)));
      } else {
        roff.append(Roff.bold(found.group(1) != null ? found.group(1) : found.group(2)));
      }
      from = found.end();
    }
    return roff.append(Roff.text(words.substring(from))).toString();
  }
}
