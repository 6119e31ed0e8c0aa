package dev.millwright.bench.report;

import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown. */
final class Table {

  private final StringBuilder text = new StringBuilder();

  /**
   * Begins with the head.
   *
   * @param sides a letter for each column: l or r, where its cells stand
   */
  Table(List<String> head, String sides) {
    row(head.toArray(new String[0]));
    text.append("|");
    text.append(
        sides
            .chars()
            .mapToObj(side -> side == 'r' ? " ---: |" : " --- |")
            .collect(Collectors.joining()));
    text.append("\n");
  }

  void row(String... cells) {
    text.append("|");
    for (String cell : cells) {
      text.append(cell.isEmpty() ? "" : " ").append(cell.replace("|", "\\|")).append(" |");
    }
    text.append("\n");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
