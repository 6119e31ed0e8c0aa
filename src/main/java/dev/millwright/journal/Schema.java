package dev.millwright.journal;

/** The journal's tables, and how the file is told from others. */
final class Schema {

  /** SQLite's application_id: the letters "MILL". */
  static final int APPLICATION_ID = 0x4D494C4C;

  /** SQLite's user_version: one up for each change of the tables. */
  static final int VERSION = 1;

  /**
   * Times are nanoseconds since 1970 (good until 2262), UUIDs text, so that {@code sqlite3} shows
   * them readably. The state before a transition is kept whole: delivery needs its number, the log
   * its words.
   */
  static final String[] CREATE = {
    """
    CREATE TABLE entry (
      id             INTEGER PRIMARY KEY AUTOINCREMENT,
      machine        TEXT NOT NULL,
      row_id         TEXT NOT NULL,
      transition_id  TEXT NOT NULL UNIQUE,
      event          TEXT NOT NULL,
      from_seq       INTEGER NOT NULL,
      from_status    TEXT NOT NULL,
      from_process   TEXT,
      from_since     INTEGER,
      from_component TEXT,
      from_failure   TEXT,
      to_status      TEXT NOT NULL,
      to_process     TEXT,
      to_since       INTEGER,
      to_component   TEXT,
      to_failure     TEXT,
      source         TEXT,
      recipe         TEXT,
      reason         TEXT,
      cycle          INTEGER,
      missed_runs    INTEGER NOT NULL,
      inferred       INTEGER NOT NULL,
      after          INTEGER,
      before         INTEGER,
      outcome_unknown INTEGER NOT NULL,
      quarantined    TEXT
    ) STRICT
    """,
    "CREATE INDEX entry_machine ON entry (machine, id)",
    """
    CREATE TABLE known (
      machine       TEXT PRIMARY KEY,
      row_id        TEXT NOT NULL,
      seq           INTEGER NOT NULL,
      status        TEXT NOT NULL,
      process       TEXT,
      since         INTEGER,
      component     TEXT,
      failure       TEXT,
      transition_id TEXT,
      runs          INTEGER,
      counter       INTEGER,
      recipe        TEXT,
      last_contact  INTEGER,
      agreed_at     INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    "PRAGMA application_id = " + APPLICATION_ID,
    "PRAGMA user_version = " + VERSION
  };

  private Schema() {}
}
