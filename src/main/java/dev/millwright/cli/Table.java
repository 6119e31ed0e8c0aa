package dev.millwright.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of text in aligned columns. */
final class Table {

  /** Blanks between columns. */
  private static final int GAP = 2;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(List.of(header));
  }

  /** A null cell is shown as a dash. */
  void add(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell == null ? "-" : cell.toString());
    }
    rows.add(row);
  }

  /** One string for each row, the header first; no blanks at the end. */
  List<String> lines() {
    return lines(Integer.MAX_VALUE);
  }

  /**
   * The same within a width: what does not fit goes on below, in its column.
   *
   * @param limit characters in a line, 20 or more for each column
   */
  List<String> lines(int limit) {
    int[] widths = widths(limit);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      List<List<String>> cells = new ArrayList<>();
      int height = 1;
      for (int i = 0; i < row.size(); i++) {
        cells.add(wrapped(row.get(i), widths[i]));
        height = Math.max(height, cells.get(i).size());
      }
      for (int line = 0; line < height; line++) {
        lines.add(line(cells, line, widths));
      }
    }
    return lines;
  }

  private static String line(List<List<String>> cells, int line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String part = line < cells.get(i).size() ? cells.get(i).get(line) : "";
      text.append(part).append(" ".repeat(widths[i] - width(part) + GAP));
    }
    return text.toString().stripTrailing();
  }

  /** What each column needs, taken from the widest ones until the whole fits. */
  private int[] widths(int limit) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    long excess = IntStream.of(widths).asLongStream().sum() + (widths.length - 1L) * GAP - limit;
    for (; excess > 0; excess--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      widths[widest]--;
    }
    return widths;
  }

  /** Cut at blanks where there are any, else anywhere. */
  private static List<String> wrapped(String cell, int width) {
    List<String> parts = new ArrayList<>();
    String rest = cell;
    while (width(rest) > width) {
      int most = rest.offsetByCodePoints(0, width);
      int blank = rest.lastIndexOf(' ', most);
      int cut = blank > 0 ? blank : most;
      parts.add(rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
