package dev.millwright.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The journal's tables, and how the file is told from others. */
final class Schema {

  /** SQLite's application_id: the letters "MILL". */
  static final int APPLICATION_ID = 0x4D494C4C;

  /** SQLite's user_version: one up for each change of the tables. */
  static final int VERSION = 3;

  /** The oldest one that {@link #upgrade} brings to this one. */
  static final int OLDEST = 1;

  /** Since version 3. What is still under way has a null where it says whether it completed. */
  private static final String COMMAND =
      """
    CREATE TABLE command (
      id        TEXT PRIMARY KEY,
      machine   TEXT NOT NULL,
      claim     TEXT NOT NULL,
      completed INTEGER,
      message   TEXT,
      process   TEXT
    ) STRICT, WITHOUT ROWID
    """;

  /** What a machine shows that is stepped through its recipes: see {@link DriveRecord}. */
  private static final String DRIVE =
      """
    CREATE TABLE drive (
      machine     TEXT PRIMARY KEY,
      shown       TEXT NOT NULL,
      runs        INTEGER NOT NULL,
      since       TEXT NOT NULL,
      safe        INTEGER NOT NULL,
      fault       TEXT,
      recipe      TEXT,
      recipe_hash TEXT,
      parameters  TEXT,
      batch       TEXT,
      step        TEXT,
      command     TEXT,
      operator    TEXT,
      ordered_for TEXT,
      pulses      INTEGER,
      overrun_worst INTEGER,
      overrun_p999  INTEGER
    ) STRICT, WITHOUT ROWID
    """;

  /** Recipes as they were run, until the database has them. */
  private static final String RECIPE =
      """
    CREATE TABLE recipe (
      hash   TEXT PRIMARY KEY,
      name   TEXT NOT NULL,
      source TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """;

  /**
   * Times are ISO 8601 to the nanosecond, UUIDs text, so that {@code sqlite3} shows them readably,
   * and any time that a machine may claim fits. The state before a transition is kept whole:
   * delivery needs its number, the log its words. An entry has no index that it can do without:
   * each is a page more to write before a transition is kept. (Files made before 2026-11-22 have
   * one, of transition_id, which nothing asks for.)
   */
  static final List<String> CREATE =
      List.of(
          """
    CREATE TABLE entry (
      id             INTEGER PRIMARY KEY AUTOINCREMENT,
      machine        TEXT NOT NULL,
      row_id         TEXT NOT NULL,
      after_id       TEXT,
      transition_id  TEXT NOT NULL,
      event          TEXT NOT NULL,
      from_seq       INTEGER NOT NULL,
      from_status    TEXT NOT NULL,
      from_process   TEXT,
      from_since     TEXT,
      from_component TEXT,
      from_failure   TEXT,
      to_status      TEXT NOT NULL,
      to_process     TEXT,
      to_since       TEXT,
      to_component   TEXT,
      to_failure     TEXT,
      source         TEXT,
      recipe         TEXT,
      reason         TEXT,
      cycle          INTEGER,
      missed_runs    INTEGER NOT NULL,
      inferred       INTEGER NOT NULL,
      after          TEXT,
      before         TEXT,
      outcome_unknown INTEGER NOT NULL,
      same_run       INTEGER NOT NULL,
      voided         INTEGER NOT NULL,
      quarantined    TEXT,
      retried        INTEGER NOT NULL DEFAULT 0,
      batch          TEXT,
      command        TEXT,
      operator       TEXT,
      ordered_for    TEXT,
      recipe_hash    TEXT,
      pulses         INTEGER,
      overrun_worst  INTEGER,
      overrun_p999   INTEGER
    ) STRICT
    """,
          "CREATE INDEX entry_waiting ON entry (machine, id) WHERE quarantined IS NULL",
          "CREATE INDEX entry_quarantined ON entry (id) WHERE quarantined IS NOT NULL",
          """
    CREATE TABLE known (
      machine       TEXT PRIMARY KEY,
      row_id        TEXT NOT NULL,
      seq           INTEGER NOT NULL,
      status        TEXT NOT NULL,
      process       TEXT,
      since         TEXT,
      component     TEXT,
      failure       TEXT,
      transition_id TEXT,
      runs          INTEGER,
      counter       INTEGER,
      recipe        TEXT,
      last_contact  TEXT,
      agreed_at     TEXT,
      in_doubt      INTEGER NOT NULL,
      running       TEXT,
      voided        INTEGER NOT NULL,
      batch         TEXT
    ) STRICT, WITHOUT ROWID
    """,
          COMMAND,
          DRIVE,
          RECIPE);

  /** What brings the tables of a version to those of the next one; the first is the oldest's. */
  private static final List<List<String>> UPGRADES =
      List.of(
          List.of(
              "ALTER TABLE entry ADD COLUMN batch TEXT", "ALTER TABLE known ADD COLUMN batch TEXT"),
          List.of(
              COMMAND,
              DRIVE,
              RECIPE,
              "ALTER TABLE entry ADD COLUMN command TEXT",
              "ALTER TABLE entry ADD COLUMN operator TEXT",
              "ALTER TABLE entry ADD COLUMN ordered_for TEXT",
              "ALTER TABLE entry ADD COLUMN recipe_hash TEXT",
              "ALTER TABLE entry ADD COLUMN pulses INTEGER",
              "ALTER TABLE entry ADD COLUMN overrun_worst INTEGER",
              "ALTER TABLE entry ADD COLUMN overrun_p999 INTEGER"));

  /** How many of the above a file has. */
  private static final String COUNT_OWN =
      "SELECT count(*) FROM sqlite_schema"
          + " WHERE name IN ('entry', 'entry_waiting', 'entry_quarantined', 'known', 'command',"
          + " 'drive', 'recipe')";

  private Schema() {}

  /** Whether it has all tables that a journal of its version has. */
  static boolean isWhole(Statement statement) throws SQLException {
    long version = JournalFile.number(statement, "PRAGMA user_version");
    long later =
        UPGRADES.subList((int) version - OLDEST, UPGRADES.size()).stream()
            .flatMap(List::stream)
            .filter(sql -> sql.startsWith("CREATE"))
            .count();
    return JournalFile.number(statement, COUNT_OWN) == CREATE.size() - later;
  }

  /** Brings the tables of an older version to this one, as a whole or not at all. */
  static void upgrade(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int version = (int) JournalFile.number(statement, "PRAGMA user_version");
      if (version == VERSION) {
        return;
      }
      statement.execute("BEGIN IMMEDIATE");
      for (List<String> upgrade : UPGRADES.subList(version - OLDEST, UPGRADES.size())) {
        for (String sql : upgrade) {
          statement.execute(sql);
        }
      }
      statement.execute("PRAGMA user_version = " + VERSION);
      statement.execute("COMMIT");
    }
  }
}
