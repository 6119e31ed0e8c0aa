package dev.millwright.store;

/** Every statement of this package. */
final class Sql {

  /**
   * The one UPDATE (I1). It finds the row only where the transition that it follows on is the last
   * (decision 0011). The failed component is found by its name, among the machine's own; while the
   * failure stays as it is, so does the column: someone may have set it by hand.
   */
  static final String UPDATE =
      """
      UPDATE machines
         SET status = ?, current_process_id = ?, state_since = ?,
             is_failure_mode = ?, failure_description = ?,
             failure_component = CASE WHEN ? THEN failure_component ELSE (
               SELECT component.id FROM machine_components AS component
                WHERE component.machine_id = machines.id AND component.name = ?
                ORDER BY component.id LIMIT 1) END,
             state_seq = state_seq + 1,
             last_event = ?, last_transition_id = ?, last_detail = CAST(? AS jsonb),
             updated_at = clock_timestamp()
       WHERE id = ? AND state_seq = ? AND last_transition_id IS NOT DISTINCT FROM ?
      """;

  /**
   * Not over the progress of a run that has begun since. It waits for nobody who keeps the row
   * locked: there is more to say in a moment.
   */
  static final String PROGRESS =
      """
      UPDATE machines SET progress = CAST(? AS jsonb)
       WHERE id = (
         SELECT id FROM machines
          WHERE id = ? AND (current_process_id = ? OR current_process_id IS NULL)
            FOR NO KEY UPDATE SKIP LOCKED)
      """;

  /** Which of these transitions took effect, on which machine and with which number. */
  static final String DELIVERED =
      """
      SELECT machine_id, state_seq, transition_id FROM machine_transitions
       WHERE transition_id = ANY (?)
      """;

  private static final String SELECT_ROWS =
      """
      SELECT machine.id, serial_number, status, current_process_id, state_since, is_failure_mode,
             coalesce(component.name, last_detail ->> 'component') AS component,
             failure_description, state_seq, last_event, last_transition_id,
             last_detail ->> 'cycle' AS cycle, last_detail ->> 'recipe' AS recipe,
             last_detail ->> 'batch' AS batch,
             updated_at, last_detail, progress
        FROM machines AS machine
        LEFT JOIN machine_components AS component ON component.id = failure_component
      """;

  static final String LOAD = SELECT_ROWS + " WHERE serial_number = ANY (?)";

  static final String LOAD_ALL = SELECT_ROWS;

  static final String REGISTER =
      "INSERT INTO machines (serial_number) VALUES (?) ON CONFLICT (serial_number) DO NOTHING";

  static final String SERIALS = "SELECT serial_number FROM machines ORDER BY serial_number LIMIT ?";

  private static final String SELECT_HISTORY =
      """
      SELECT state_seq, transition_id, event, from_status, to_status, process_id, occurred_at,
             recorded_at, detail
        FROM machine_transitions
       WHERE machine_id = (SELECT id FROM machines WHERE serial_number = ?)
      """;

  static final String HISTORY = SELECT_HISTORY + " ORDER BY state_seq DESC LIMIT ?";

  static final String HISTORY_AFTER =
      SELECT_HISTORY + " AND state_seq > ? ORDER BY state_seq LIMIT ?";

  private Sql() {}
}
