package dev.millwright.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/** A terminal that shows one page, rewritten in place; gives back what it showed before. */
final class DemoScreen implements AutoCloseable {

  /** ECMA-48 and xterm: another screen, no cursor; home; clear to the line's end, to the page's. */
  private static final String ENTER = "\033[?1049h\033[?25l";

  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K\n";
  private static final String CLEAR_BELOW = "\033[J";

  /** A line's date, milliseconds, offset and usual level: a screen has no room for them. */
  private static final Pattern LOG_LINE =
      Pattern.compile("^[0-9]{4}-[0-9]{2}-[0-9]{2} ([0-9:]{8})\\.[0-9]{3}\\S+ (?:INFO )?");

  /** How many pages are shown before the terminal is asked for its size again. */
  private static final int PAGES_PER_SIZE = 10;

  private final PrintWriter out;
  private int[] size = {24, 80};
  private int pages;

  DemoScreen(PrintWriter out) {
    this.out = out;
    out.print(ENTER);
    out.flush();
  }

  /**
   * Shows a page.
   *
   * @param page makes what is always shown, as far as it fits, of the width in columns
   * @param log a file whose last lines fill what is left
   */
  void show(IntFunction<List<String>> page, Path log) {
    measure();
    List<String> top = page.apply(size[1]);
    print(top, last(log, size[0] - 2 - top.size()));
  }

  /** The same with lines that are there. */
  void show(IntFunction<List<String>> page, List<String> below) {
    measure();
    print(page.apply(size[1]), below);
  }

  private void measure() {
    if (pages++ % PAGES_PER_SIZE == 0) {
      size = Terminal.size();
    }
  }

  private void print(List<String> top, List<String> below) {
    List<String> lines = new ArrayList<>(top);
    lines.add("");
    lines.addAll(below);
    StringBuilder page = new StringBuilder(HOME);
    for (String line : lines.subList(0, Math.min(lines.size(), size[0] - 1))) {
      page.append(Paint.cut(line, size[1])).append(CLEAR_LINE);
    }
    out.print(page.append(CLEAR_BELOW));
    out.flush();
  }

  @Override
  public void close() {
    out.print(LEAVE);
    out.flush();
  }

  private static List<String> last(Path log, int count) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return lines.subList(Math.max(0, lines.size() - Math.max(0, count)), lines.size()).stream()
          .map(line -> LOG_LINE.matcher(line).replaceFirst("$1 "))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
