SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('TimeZone', 'UTC', true), set_config('consolidation.phase', '04-cutover', true);
DO $$
BEGIN
  -- They write machines alone.
  IF EXISTS (SELECT FROM millwright_phases WHERE plan = 'functions') THEN
    RAISE EXCEPTION 'plan functions is applied: its functions would leave the table machine_state behind'
      USING HINT = 'First: millwright migrate rollback --plan functions';
  END IF;
END
$$;
-- The view's lock is machines' too, taken in the order in which a statement on the view takes them.
LOCK TABLE machine_state IN ACCESS EXCLUSIVE MODE;
LOCK TABLE machines, machine_state_before_consolidation IN ACCESS EXCLUSIVE MODE;

DROP TRIGGER machines_0_insert_state ON machines;
DROP VIEW machine_state;
DROP FUNCTION consolidation_insert_state();
DROP FUNCTION consolidation_delete_state();
ALTER TABLE machine_state_before_consolidation RENAME TO machine_state;

-- What was written since goes back too; a machine that nobody wrote keeps the old row, or none. A machine that came
-- since gets a row with its first transition.
INSERT INTO machine_state (machine_id, current_state, process_id, state_since, is_failure_mode,
  failure_component, failure_description, updated_at)
SELECT id, status, current_process_id, state_since, is_failure_mode, failure_component, failure_description, updated_at
  FROM machines
 WHERE consolidation_written_since(machines, '04-cutover')
   AND (EXISTS (SELECT FROM machine_state WHERE machine_id = id)
        OR EXISTS (SELECT FROM consolidation_left WHERE phase = '04-cutover' AND machine_id = id)
        OR EXISTS (SELECT FROM machine_transitions WHERE machine_id = id))
    ON CONFLICT (machine_id) DO UPDATE SET
       current_state = excluded.current_state, process_id = excluded.process_id,
       state_since = excluded.state_since, is_failure_mode = excluded.is_failure_mode,
       failure_component = excluded.failure_component, failure_description = excluded.failure_description,
       updated_at = excluded.updated_at;
-- Told again, a state is only dated.
UPDATE machine_state SET updated_at = machines.updated_at
  FROM machines JOIN consolidation_left AS was ON was.machine_id = id AND phase = '04-cutover'
 WHERE machine_state.machine_id = id AND machines.updated_at <> was.updated_at
   AND (current_state, machine_state.process_id) IS NOT DISTINCT FROM (machines.status, current_process_id);
-- Of machines that were deleted since; a row that had no machine then stays.
DELETE FROM machine_state
 WHERE NOT EXISTS (SELECT FROM machines WHERE id = machine_id)
   AND NOT EXISTS (SELECT FROM consolidation_left AS was
                    WHERE was.machine_id = machine_state.machine_id AND phase = '04-cutover' AND state_seq IS NULL);
SELECT consolidation_undo('04-cutover');

\ir ../03-copy/unmerge.sql
