package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sum that overlooks a change would prove what is not so. */
class TableContentTest {

  private final TestDatabase database = TestDatabase.empty();
  private Connection connection;

  @BeforeEach
  void create() throws Exception {
    database.create();
    connection = database.connect();
    connection.setAutoCommit(false);
    execute(
        "CREATE TABLE \"Odd name\" (id int, at timestamptz, \"Value \"\"x\"\"\" text);"
            + " INSERT INTO \"Odd name\" VALUES (1, '2026-01-01Z', 'a'), (2, NULL, ''),"
            + " (2, NULL, ''), (3, 'epoch', NULL)");
  }

  @AfterEach
  void drop() throws Exception {
    connection.close();
    database.close();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private TableContent content() throws SQLException {
    return TableContent.of(connection, "\"Odd name\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE \"Odd name\" SET \"Value \"\"x\"\"\" = 'A' WHERE id = 1",
        "UPDATE \"Odd name\" SET \"Value \"\"x\"\"\" = '' WHERE id = 3",
        "UPDATE \"Odd name\" SET at = at + interval '1 microsecond' WHERE id = 1",
        "DELETE FROM \"Odd name\" WHERE id = 2",
        "DELETE FROM \"Odd name\" WHERE id = 2; INSERT INTO \"Odd name\" VALUES (4), (4)",
        "INSERT INTO \"Odd name\" SELECT * FROM \"Odd name\"",
        "ALTER TABLE \"Odd name\" ADD COLUMN more int",
        "ALTER TABLE \"Odd name\" RENAME COLUMN at TO since",
      })
  void anyChangeChangesIt(String change) throws Exception {
    TableContent before = content();
    assertEquals(4, before.rows());
    execute(change);
    assertNotEquals(before, content());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET TimeZone = 'Pacific/Chatham'; SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'",
        "UPDATE \"Odd name\" SET id = id WHERE id = 1",
        "ALTER TABLE \"Odd name\" ADD COLUMN since timestamptz; UPDATE \"Odd name\" SET since = at;"
            + " ALTER TABLE \"Odd name\" DROP COLUMN at;"
            + " ALTER TABLE \"Odd name\" RENAME COLUMN since TO at",
        "ALTER TABLE \"Odd name\" RENAME TO old; CREATE VIEW \"Odd name\" AS TABLE old",
      })
  void orderSettingsAndPlaceOfColumnsDoNot(String change) throws Exception {
    TableContent before = content();
    execute(change);
    assertEquals(before, content());
  }

  /** The phase goes on with the settings that it had. */
  @Test
  void settingsOfTheTransactionAreLeftAlone() throws Exception {
    execute("SET LOCAL TimeZone = 'Pacific/Chatham'");
    content();
    try (Statement statement = connection.createStatement();
        var row = statement.executeQuery("SHOW TimeZone")) {
      row.next();
      assertEquals("Pacific/Chatham", row.getString(1));
    }
  }

  @Test
  void aTableWithoutRowsIsNotAbsent() throws Exception {
    execute("CREATE TABLE nothing (); CREATE TABLE empty (id int)");
    assertEquals(0, TableContent.of(connection, "nothing").rows());
    assertEquals(0, TableContent.of(connection, "empty").rows());
    assertEquals(null, TableContent.of(connection, "absent"));
  }

  /** Rows that row security hides would be missing from the sum in silence. */
  @Test
  void hiddenRowsAreAnErrorAndNotLeftOut() throws Exception {
    execute(
        "CREATE ROLE sum_reader; GRANT SELECT ON \"Odd name\" TO sum_reader;"
            + " ALTER TABLE \"Odd name\" ENABLE ROW LEVEL SECURITY; SET ROLE sum_reader");
    String message = assertThrows(SQLException.class, this::content).getMessage();
    assertTrue(message.contains("row-level security"), message);
  }
}
