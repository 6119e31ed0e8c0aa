package dev.millwright.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A table that fits a width without a second line for a row: what matters least is left out, then
 * the last column is cut.
 */
final class WidthTable {

  /** Blanks between columns. */
  private static final int GAP = 2;

  /** Which part of the line the last column has at least, where it needs it. */
  private static final int PART = 4;

  /**
   * A column.
   *
   * @param rank which are left out first: the highest; 0 for one that always stays
   * @param right whether its cells stand at its right side, as numbers do
   */
  private record Column(String title, int rank, boolean right) {}

  /** A cell; no text is a dash, and a column with nothing but dashes is not shown. */
  private record Cell(String text, Paint paint) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  /** Adds a column at the right. */
  WidthTable column(String title, int rank, boolean right) {
    columns.add(new Column(title, rank, right));
    return this;
  }

  /** Begins a row. */
  void row() {
    rows.add(new ArrayList<>());
  }

  /** Fills the next cell of the row; null for nothing. */
  WidthTable cell(Object value, Paint paint) {
    // Other writers put into their rows what they like, also what a terminal would obey.
    String text = value == null ? null : Paint.plain(value.toString());
    rows.get(rows.size() - 1).add(new Cell(text, paint));
    return this;
  }

  WidthTable cell(Object value) {
    return cell(value, Paint.NONE);
  }

  /**
   * One string for each row, the header first.
   *
   * @param limit characters in a line; 40 or more
   * @param paint whether in colour
   */
  List<String> lines(int limit, boolean paint) {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).rank() == 0 || !isEmpty(i)) {
        shown.add(i);
      }
    }
    while (least(shown, limit) > limit && shown.stream().anyMatch(i -> columns.get(i).rank() > 0)) {
      shown.remove(
          shown.stream().max(Comparator.comparing(i -> columns.get(i).rank())).orElseThrow());
    }
    int last = shown.get(shown.size() - 1);
    int room = limit - (int) least(shown, limit) + Math.min(limit / PART, width(last));
    List<String> lines = new ArrayList<>();
    lines.add(line(header(), shown, Math.min(room, width(last)), paint));
    rows.forEach(row -> lines.add(line(row, shown, Math.min(room, width(last)), paint)));
    return lines.stream().map(line -> Paint.cut(line, limit)).toList();
  }

  private List<Cell> header() {
    return columns.stream().map(column -> new Cell(column.title(), Paint.FAINT)).toList();
  }

  private boolean isEmpty(int column) {
    return rows.stream().allMatch(row -> row.get(column).text() == null);
  }

  /** With as little of the last column as may be. */
  private long least(List<Integer> shown, int limit) {
    int last = shown.get(shown.size() - 1);
    long sum = (shown.size() - 1L) * GAP + Math.min(limit / PART, width(last));
    for (int column : shown.subList(0, shown.size() - 1)) {
      sum += width(column);
    }
    return sum;
  }

  private int width(int column) {
    int width = width(columns.get(column).title());
    for (List<Cell> row : rows) {
      width = Math.max(width, width(text(row.get(column))));
    }
    return width;
  }

  private String line(List<Cell> row, List<Integer> shown, int room, boolean paint) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < shown.size(); i++) {
      boolean isLast = i == shown.size() - 1;
      Cell cell = row.get(shown.get(i));
      String text = isLast ? cut(text(cell), room) : text(cell);
      String blanks = " ".repeat(Math.max(0, (isLast ? room : width(shown.get(i))) - width(text)));
      boolean right = columns.get(shown.get(i)).right();
      String painted = paint ? cell.paint().on(text) : text;
      line.append(right ? blanks : "").append(painted);
      line.append(right || isLast ? "" : blanks).append(isLast ? "" : " ".repeat(GAP));
    }
    return line.toString().stripTrailing();
  }

  private static String text(Cell cell) {
    return cell.text() == null ? "-" : cell.text();
  }

  private static String cut(String text, int width) {
    return width(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
