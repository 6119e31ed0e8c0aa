-- Rows that nobody has written since the phase get back what they said before it.
UPDATE machines
   SET (status, current_process_id, state_since, is_failure_mode, failure_component, failure_description,
        state_seq, last_event, last_transition_id, last_detail) = (
       SELECT old.status, old.current_process_id, old.state_since, old.is_failure_mode, old.failure_component,
              old.failure_description, machines.state_seq + moved.step,
              CASE moved.step WHEN 1 THEN 'consolidated' ELSE machines.last_event END,
              CASE moved.step WHEN 1 THEN gen_random_uuid() ELSE machines.last_transition_id END,
              coalesce(machines.last_detail, '{}') || jsonb_build_object('consolidation', jsonb_build_object(
                'phase', changed.phase, 'user', session_user, 'why', jsonb_build_array('rolled back')))
         FROM jsonb_populate_record(machines, changed.before) AS old,
              LATERAL (SELECT CASE WHEN (machines.status, machines.current_process_id, machines.is_failure_mode,
                                         machines.failure_component, machines.failure_description)
                                        IS DISTINCT FROM
                                        (old.status, old.current_process_id, old.is_failure_mode,
                                         old.failure_component, old.failure_description)
                                   THEN 1 ELSE 0 END AS step) AS moved)
  FROM (SELECT phase, row_key::uuid AS id, jsonb_object_agg(column_name, before) AS before
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = current_setting('consolidation.phase')
           AND table_name = 'machines'
         GROUP BY phase, row_key) AS changed
 WHERE machines.id = changed.id AND NOT consolidation_written_since(machines, changed.phase);
DELETE FROM consolidation_left WHERE phase = current_setting('consolidation.phase');
