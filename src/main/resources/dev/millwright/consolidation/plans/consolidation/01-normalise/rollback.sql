SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('TimeZone', 'UTC', true);
LOCK TABLE machines, machine_state IN ACCESS EXCLUSIVE MODE;

DROP TRIGGER machines_1_normalise ON machines;
DROP TRIGGER machine_state_1_normalise ON machine_state;
DROP TRIGGER machine_state_2_date ON machine_state;
DROP FUNCTION consolidation_normalise_machine();
DROP FUNCTION consolidation_normalise_state();
DROP FUNCTION consolidation_date_state();
DROP FUNCTION consolidation_status(text);
DROP FUNCTION consolidation_change(text, text, text);
DROP FUNCTION consolidation_undo(text);
DROP TABLE consolidation_words;
DROP TABLE consolidation_undo;

-- Where a row still says what this phase wrote, it says again what it said before.
UPDATE machines
   SET (status, current_process_id) = (
       SELECT status, current_process_id FROM jsonb_populate_record(machines, changed.before) AS old)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, before) AS before,
               jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '01-normalise' AND table_name = 'machines'
         GROUP BY row_key) AS changed
 WHERE machines.id = changed.id
   AND jsonb_populate_record(machines, changed.after)::text = machines::text;

UPDATE machine_state
   SET (current_state, process_id) = (
       SELECT current_state, process_id FROM jsonb_populate_record(machine_state, changed.before) AS old)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, before) AS before,
               jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '01-normalise' AND table_name = 'machine_state'
         GROUP BY row_key) AS changed
 WHERE machine_id = changed.id
   AND jsonb_populate_record(machine_state, changed.after)::text = machine_state::text;
