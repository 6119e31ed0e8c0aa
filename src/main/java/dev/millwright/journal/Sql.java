package dev.millwright.journal;

/** Every statement of the journal but those that make it. */
final class Sql {

  /** An entry, in the order in which {@link Codec} reads it. */
  private static final String ENTRY =
      """
      SELECT id, machine, row_id, after_id, transition_id, event, from_seq,
        from_status, from_process, from_since, from_component, from_failure,
        to_status, to_process, to_since, to_component, to_failure,
        source, recipe, batch, reason, cycle, missed_runs, inferred, after, before,
        outcome_unknown, same_run, voided, command, operator, ordered_for, recipe_hash,
        pulses, overrun_worst, overrun_p999, quarantined, retried
        FROM entry\
      """;

  static final String APPEND =
      """
      INSERT INTO entry (id, machine, row_id, after_id, transition_id, event, from_seq,
        from_status, from_process, from_since, from_component, from_failure,
        to_status, to_process, to_since, to_component, to_failure,
        source, recipe, reason, cycle, missed_runs, inferred, after, before, outcome_unknown,
        same_run, voided, batch, command, operator, ordered_for, recipe_hash,
        pulses, overrun_worst, overrun_p999)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /** The highest number that an entry may have had (AUTOINCREMENT). */
  static final String LAST = "SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'";

  static final String RESERVE = "UPDATE sqlite_sequence SET seq = ? WHERE name = 'entry'";

  /** Where no entry was ever there. */
  static final String RESERVE_FIRST = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, 'entry')";

  static final String TAIL =
      "SELECT machine, row_id, seq, transition_id FROM known WHERE machine = ?";

  static final String KNOW =
      """
      INSERT OR REPLACE INTO known (machine, row_id, seq, status, process, since, component, failure,
        transition_id, runs, counter, recipe, last_contact, agreed_at, in_doubt, running,
        voided, batch)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  static final String KNOWN =
      """
      SELECT machine, row_id, seq, status, process, since, component, failure, transition_id, runs,
        counter, recipe, last_contact, agreed_at, in_doubt, running, voided, batch
        FROM known
      """;

  static final String DRIVES =
      """
      SELECT machine, shown, runs, since, safe, fault, recipe, parameters, batch, step, command,
        operator, ordered_for, recipe_hash, pulses, overrun_worst, overrun_p999
        FROM drive
      """;

  static final String DRIVE =
      """
      INSERT OR REPLACE INTO drive (machine, shown, runs, since, safe, fault, recipe, parameters,
        batch, step, command, operator, ordered_for, recipe_hash, pulses, overrun_worst,
        overrun_p999)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  static final String RECIPE = "SELECT name, source FROM recipe WHERE hash = ?";

  static final String KEEP_RECIPE =
      "INSERT OR IGNORE INTO recipe (hash, name, source) VALUES (?, ?, ?)";

  /** What nothing refers to that may still have to be delivered. */
  static final String FORGET_RECIPES =
      """
      DELETE FROM recipe
       WHERE hash NOT IN (SELECT recipe_hash FROM entry WHERE recipe_hash IS NOT NULL)
         AND hash NOT IN (SELECT recipe_hash FROM drive WHERE recipe_hash IS NOT NULL)
      """;

  static final String FORGET = "DELETE FROM known WHERE machine = ?";

  /** By the index alone. */
  static final String OLDEST =
      "SELECT id FROM entry WHERE machine = ? AND quarantined IS NULL AND id > ? ORDER BY id LIMIT ?";

  /** Those with the numbers of a JSON array. */
  static final String NUMBERED = ENTRY + " WHERE id IN (SELECT value FROM json_each(?))";

  static final String WAITS =
      "SELECT 1 FROM entry WHERE machine = ? AND quarantined IS NULL LIMIT 1";

  /**
   * Which machines have entries that wait, in order: ?3 of them after ?1, up to ?2 if that is not
   * null. From one name to the next by the index, however many entries there are.
   */
  static final String WAITING =
      """
      WITH RECURSIVE name (machine) AS (
        SELECT min(machine) FROM entry WHERE quarantined IS NULL AND machine > ?1
        UNION ALL
        SELECT (SELECT min(entry.machine) FROM entry
                 WHERE entry.quarantined IS NULL AND entry.machine > name.machine)
          FROM name WHERE name.machine IS NOT NULL AND (?2 IS NULL OR name.machine < ?2))
      SELECT machine FROM name WHERE machine IS NOT NULL AND (?2 IS NULL OR machine <= ?2) LIMIT ?3
      """;

  static final String ALL = ENTRY + " WHERE id > ? ORDER BY id";
  static final String CONFIRM = "DELETE FROM entry WHERE id = ?";
  static final String DISCARD = "DELETE FROM entry WHERE id = ? AND quarantined IS NOT NULL";

  /** What is retried is not void with the rest: only a person gives it up. */
  static final String VOID =
      "DELETE FROM entry WHERE machine = ? AND quarantined IS NULL AND retried = 0";

  /**
   * The newest of those, but for the oldest ?2 and for ?3. As long as the oldest is there, delivery
   * finds that it has no base, and that the rest is void with it.
   */
  static final String VOID_NEWEST =
      """
      DELETE FROM entry WHERE id IN (
        SELECT id FROM entry
         WHERE machine = ?1 AND quarantined IS NULL AND retried = 0 AND id <> ?3
           AND id > (SELECT id FROM entry WHERE machine = ?1 AND quarantined IS NULL
                      ORDER BY id LIMIT 1 OFFSET ?2)
         ORDER BY id DESC LIMIT ?2)
      """;

  static final String QUARANTINE = "UPDATE entry SET quarantined = ?, retried = 0 WHERE id = ?";

  static final String PUT_BACK = QUARANTINE + " AND retried = 1";

  /** See {@link #VOID}. */
  static final String PUT_ALL_BACK =
      "UPDATE entry SET quarantined = ?, retried = 0"
          + " WHERE machine = ? AND quarantined IS NULL AND retried = 1";

  static final String QUARANTINE_OLDEST =
      """
      UPDATE entry SET quarantined = ?2, retried = 0
       WHERE id = (SELECT min(id) FROM entry WHERE machine = ?1 AND quarantined IS NULL)
      """;

  /**
   * Without a reason of their own, which would make each of them larger: in a full journal there is
   * no room for that.
   */
  static final String QUARANTINE_NEXT =
      """
      UPDATE entry SET quarantined = '', retried = 0
       WHERE id IN (SELECT id FROM entry WHERE machine = ?1 AND quarantined IS NULL
                     ORDER BY id LIMIT ?2)
      """;

  static final String RETRY =
      "UPDATE entry SET quarantined = NULL, retried = 1"
          + " WHERE id = ? AND quarantined IS NOT NULL";

  /** By two indexes: a look at the health of a full journal must not keep anybody waiting. */
  static final String COUNT =
      """
      SELECT (SELECT count(*) FROM entry WHERE quarantined IS NULL),
        (SELECT count(*) FROM entry WHERE quarantined IS NOT NULL)
      """;

  /**
   * Machine by machine, by the index of what waits; only the oldest entries themselves are read.
   */
  static final String BACKLOGS =
      """
      SELECT waits.machine, waits.entries, entry.to_since, 0
        FROM (SELECT machine, count(*) AS entries, min(id) AS oldest
                FROM entry WHERE quarantined IS NULL GROUP BY machine) AS waits
        JOIN entry ON entry.id = waits.oldest
      UNION ALL
      SELECT machine, 0, NULL, count(*) FROM entry WHERE quarantined IS NOT NULL GROUP BY machine
      """;

  static final String TAKE = "INSERT INTO command (id, machine, claim) VALUES (?, ?, ?)";

  static final String END =
      "UPDATE command SET completed = ?, message = ?, process = ? WHERE id = ?";

  static final String FORGET_COMMAND = "DELETE FROM command WHERE id = ?";

  static final String COMMANDS = "SELECT * FROM command ORDER BY id";

  private Sql() {}
}
