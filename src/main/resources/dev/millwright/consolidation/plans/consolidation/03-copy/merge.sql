-- Writes what the changes of this phase say, one UPDATE for each row. A row whose state changes by it makes a
-- transition, so that whoever has read the row before finds that it has moved on; one that is only completed does not.
-- Filled just now, and not known to the planner yet.
ANALYZE millwright_changes;
UPDATE machines
   SET (status, current_process_id, state_since, is_failure_mode, failure_component, failure_description,
        state_seq, last_event, last_transition_id, last_detail) = (
       SELECT new.status, new.current_process_id, new.state_since, new.is_failure_mode, new.failure_component,
              new.failure_description, machines.state_seq + moved.step,
              CASE moved.step WHEN 1 THEN 'consolidated' ELSE machines.last_event END,
              CASE moved.step WHEN 1 THEN gen_random_uuid() ELSE machines.last_transition_id END,
              CASE moved.step WHEN 0 THEN coalesce(machines.last_detail, '{}') ELSE '{}' END
                || jsonb_strip_nulls(jsonb_build_object(
                     'source', 'consolidation',
                     'cycle', machines.last_detail -> 'cycle',
                     -- A run that goes on is of the same recipe and batch.
                     'recipe', CASE WHEN new.current_process_id = machines.current_process_id
                                    THEN machines.last_detail -> 'recipe' END,
                     'batch', CASE WHEN new.current_process_id = machines.current_process_id
                                   THEN machines.last_detail -> 'batch' END,
                     'consolidation', jsonb_build_object(
                       'phase', changed.phase, 'user', session_user, 'estimated', changed.estimated,
                       'why', changed.why, 'before', changed.before)))
         FROM jsonb_populate_record(machines, changed.after) AS new,
              LATERAL (SELECT CASE WHEN (machines.status, machines.current_process_id, machines.is_failure_mode,
                                         machines.failure_component, machines.failure_description)
                                        IS DISTINCT FROM
                                        (new.status, new.current_process_id, new.is_failure_mode,
                                         new.failure_component, new.failure_description)
                                   THEN 1 ELSE 0 END AS step) AS moved)
  FROM (SELECT now.phase, now.row_key::uuid AS id, jsonb_object_agg(now.column_name, now.after) AS after,
               CASE WHEN bool_or(now.why LIKE '%: estimated: %') THEN '["state_since"]'::jsonb END AS estimated,
               jsonb_agg(DISTINCT now.why) FILTER (WHERE now.why NOT LIKE '%: from machine_state') AS why,
               -- What the first phase found, too: it had no place to keep it in the row.
               coalesce(first.before, '{}') || coalesce(jsonb_object_agg('machines.' || now.column_name, now.before)
                        FILTER (WHERE now.before IS NOT NULL), '{}') AS before
          FROM millwright_changes AS now
          LEFT JOIN (SELECT row_key, jsonb_object_agg(table_name || '.' || column_name, before) AS before
                       FROM millwright_changes
                      WHERE plan = 'consolidation' AND phase = '01-normalise' AND before IS NOT NULL
                      GROUP BY row_key) AS first USING (row_key)
         WHERE now.plan = 'consolidation'
           AND now.phase = current_setting('consolidation.phase') AND now.table_name = 'machines'
         GROUP BY now.phase, now.row_key, first.before) AS changed
 WHERE machines.id = changed.id;

INSERT INTO consolidation_left
SELECT current_setting('consolidation.phase'), id, state_seq, status, current_process_id, state_since, is_failure_mode,
       failure_component, failure_description, updated_at
  FROM machines;
