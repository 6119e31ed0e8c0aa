package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A table of an old installation, whose names are not the same everywhere.
 *
 * @param names by which it is known, the likeliest first
 * @param columns the names of each of its columns, by the name that is used here
 * @param optional which columns may be missing; those are null then
 */
record OldTable(List<String> names, Map<String, List<String>> columns, Set<String> optional) {

  /** More than any plant has; keeps a wrong table from being read through. */
  private static final int MOST_ROWS = 1_000_000;

  /**
   * One row.
   *
   * @param table the table's name there
   * @param values by the names that are used here; null for null, and for what is not there
   */
  record Row(String table, Map<String, String> values) {

    String get(String column) {
      return values.get(column);
    }

    /** As messages name it. */
    String words() {
      return get("id") == null ? table : table + " row " + get("id");
    }
  }

  /**
   * Its rows.
   *
   * @return null where there is no such table
   * @throws PlanException when it lacks a column, or has too many rows
   */
  List<Row> rows(Connection connection) throws SQLException, PlanException {
    for (String name : names) {
      Set<String> there = columnsOf(connection, name);
      if (!there.isEmpty()) {
        return rows(connection, name, chosen(name, there));
      }
    }
    return null;
  }

  /** In the schemas that are searched for tables, as by every other query of this program. */
  private static Set<String> columnsOf(Connection connection, String table) throws SQLException {
    Set<String> columns = new LinkedHashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped
            """)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(row.getString(1));
        }
      }
    }
    return columns;
  }

  /** The column's name there for each name here. */
  private Map<String, String> chosen(String table, Set<String> there) throws PlanException {
    Map<String, String> chosen = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    columns.forEach(
        (here, known) -> {
          String found = known.stream().filter(there::contains).findFirst().orElse(null);
          if (found != null) {
            chosen.put(here, found);
          } else if (!optional.contains(here)) {
            missing.add(String.join(" or ", known));
          }
        });
    if (!missing.isEmpty()) {
      throw new PlanException(
          "table "
              + table
              + " has no column "
              + String.join(", and none ", missing)
              + "; it has "
              + String.join(", ", there));
    }
    return chosen;
  }

  private static List<Row> rows(Connection connection, String table, Map<String, String> chosen)
      throws SQLException, PlanException {
    StringJoiner list = new StringJoiner(", ");
    for (String column : chosen.values()) {
      list.add(quoted(connection, column) + "::text");
    }
    String order =
        chosen.containsKey("id") ? " ORDER BY " + quoted(connection, chosen.get("id")) : "";
    String limit = " LIMIT " + (MOST_ROWS + 1);
    String query = "SELECT " + list + " FROM " + quoted(connection, table) + order + limit;
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(1_000);
      try (ResultSet row = statement.executeQuery(query)) {
        while (row.next()) {
          if (rows.size() == MOST_ROWS) {
            throw new PlanException("table " + table + " has more than " + MOST_ROWS + " rows");
          }
          Map<String, String> values = new LinkedHashMap<>();
          int column = 0;
          for (String here : chosen.keySet()) {
            values.put(here, row.getString(++column));
          }
          rows.add(new Row(table, values));
        }
      }
    }
    return rows;
  }

  private static String quoted(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.enquoteIdentifier(name, true);
    }
  }
}
