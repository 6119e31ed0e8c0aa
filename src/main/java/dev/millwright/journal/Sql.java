package dev.millwright.journal;

/** Every statement of the journal but those that make it. */
final class Sql {

  static final String APPEND =
      """
      INSERT INTO entry (machine, row_id, after_id, transition_id, event, from_seq,
        from_status, from_process, from_since, from_component, from_failure,
        to_status, to_process, to_since, to_component, to_failure,
        source, recipe, reason, cycle, missed_runs, inferred, after, before, outcome_unknown)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  static final String TAIL =
      "SELECT machine, row_id, seq, transition_id FROM known WHERE machine = ?";

  static final String KNOW =
      """
      INSERT OR REPLACE INTO known (machine, row_id, seq, status, process, since, component, failure,
        transition_id, runs, counter, recipe, last_contact, agreed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  static final String FORGET = "DELETE FROM known WHERE machine = ?";

  /** What follows on a quarantined entry of its machine has no base, and does not wait yet. */
  static final String WAITING =
      """
      SELECT * FROM entry
       WHERE id > ? AND quarantined IS NULL
         AND NOT EXISTS (
           SELECT 1 FROM entry holding
            WHERE holding.machine = entry.machine AND holding.id < entry.id
              AND holding.quarantined IS NOT NULL AND NOT holding.passed)
       ORDER BY id LIMIT ?
      """;

  static final String ALL = "SELECT * FROM entry WHERE id > ? ORDER BY id LIMIT ?";
  static final String KNOWN = "SELECT * FROM known";
  static final String CONFIRM = "DELETE FROM entry WHERE id = ?";
  static final String DISCARD = "DELETE FROM entry WHERE machine = ? AND quarantined IS NULL";
  static final String QUARANTINE = "UPDATE entry SET quarantined = ?, passed = 0 WHERE id = ?";
  static final String RETRY =
      "UPDATE entry SET quarantined = NULL WHERE id = ? AND quarantined IS NOT NULL";

  /** A machine that has a new base no longer waits for its quarantined entries. */
  static final String PASS =
      "UPDATE entry SET passed = 1 WHERE machine = ? AND quarantined IS NOT NULL AND NOT passed";

  /** By two indexes: a look at the health of a full journal must not keep anybody waiting. */
  static final String COUNT =
      """
      SELECT every - quarantined, quarantined FROM (
        SELECT (SELECT count(*) FROM entry) AS every,
          (SELECT count(*) FROM entry WHERE quarantined IS NOT NULL) AS quarantined)
      """;

  private Sql() {}
}
