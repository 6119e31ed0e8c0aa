package dev.millwright.consolidation;

/**
 * What a phase has done to a table's content.
 *
 * @param table its name
 * @param before null when it was not there
 * @param after null when it is not there any more
 */
public record TableChange(String table, TableContent before, TableContent after) {}
