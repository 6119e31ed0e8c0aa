package dev.millwright.consolidation;

/**
 * One value that a phase changes.
 *
 * @param table the table's name
 * @param rowKey names the row for a person
 * @param column the column's name
 * @param before the value as text; null for NULL, and where there was none
 * @param after the value as text; null for NULL, and where there is none any more
 * @param why in words
 */
public record Change(
    String table, String rowKey, String column, String before, String after, String why) {

  /**
   * Changes of one kind.
   *
   * @param table the table's name
   * @param column the column's name
   * @param number how many values
   */
  public record Count(String table, String column, long number) {}
}
