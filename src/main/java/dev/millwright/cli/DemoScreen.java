package dev.millwright.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A terminal that shows one page, rewritten in place; gives back what it showed before. */
final class DemoScreen implements AutoCloseable {

  /** ECMA-48 and xterm: another screen, no cursor; home; clear to the line's end, to the page's. */
  private static final String ENTER = "\033[?1049h\033[?25l";

  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K\n";
  private static final String CLEAR_BELOW = "\033[J";

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
   * @param top always shown, as far as it fits
   * @param log a file whose last lines fill what is left
   */
  void show(List<String> top, Path log) {
    measure();
    print(top, last(log, size[0] - 2 - top.size()));
  }

  /** The same with lines that are there. */
  void show(List<String> top, List<String> below) {
    measure();
    print(top, below);
  }

  private void measure() {
    if (pages++ % PAGES_PER_SIZE == 0) {
      size = terminalSize();
    }
  }

  private void print(List<String> top, List<String> below) {
    List<String> lines = new ArrayList<>(top);
    lines.add("");
    lines.addAll(below);
    StringBuilder page = new StringBuilder(HOME);
    for (String line : lines.subList(0, Math.min(lines.size(), size[0] - 1))) {
      int end =
          line.offsetByCodePoints(0, Math.min(size[1], line.codePointCount(0, line.length())));
      page.append(line, 0, end).append(CLEAR_LINE);
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
      return lines.subList(Math.max(0, lines.size() - Math.max(0, count)), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Rows and columns, or what terminals have had since 1978. */
  private static int[] terminalSize() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT).start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String[] words = answer.strip().split(" ", 2);
      int rows = Integer.parseInt(words[0]);
      int columns = Integer.parseInt(words[1]);
      return rows > 1 && columns > 1 ? new int[] {rows, columns} : new int[] {24, 80};
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new int[] {24, 80};
    }
  }
}
