-- What machines will say when machine_state is taken into it. Where the two disagree, what was written later is
-- true. A failure is told by machine_state alone, unless Millwright has written the row since, or machines tells of a
-- later status: what failed before that is listed, and not mixed with it.
-- Materialized, as what is asked of the history would be asked again for each use.
WITH told AS MATERIALIZED (
  SELECT machines.*, state.machine_id IS NOT NULL AS has_state, current_state, process_id,
         state.state_since AS since, coalesce(state.is_failure_mode, false) AS failure,
         state.failure_component AS component, state.failure_description AS description,
         greatest(state.updated_at, state.state_since) AS state_at,
         (status, current_process_id) IS DISTINCT FROM (current_state, process_id) AS disagree,
         state.machine_id IS NOT NULL
           AND coalesce(greatest(state.updated_at, state.state_since), '-infinity') >= machines.updated_at AS newer,
         state.machine_id IS NULL OR EXISTS (
           SELECT FROM machine_transitions AS ours
            WHERE ours.machine_id = machines.id AND event NOT IN ('external', 'consolidated')
              AND recorded_at > coalesce(greatest(state.updated_at, state.state_since), '-infinity')) AS ours
    FROM machines LEFT JOIN machine_state AS state ON state.machine_id = machines.id
), sided AS MATERIALIZED (
  SELECT told.*, ours OR NOT newer AND status <> current_state AS own_failure FROM told
), merged AS (
  SELECT sided.*,
         CASE WHEN newer THEN current_state ELSE status END AS new_status,
         CASE WHEN newer THEN process_id ELSE current_process_id END AS new_process,
         coalesce(CASE WHEN newer OR NOT disagree AND NOT ours THEN since END, state_since, updated_at) AS new_since,
         CASE WHEN own_failure THEN is_failure_mode ELSE failure END
           OR CASE WHEN newer THEN current_state ELSE status END = 'error' AS new_failure,
         CASE WHEN own_failure THEN failure_component
              ELSE (SELECT known.id FROM machine_components AS known WHERE known.id = component) END AS new_component,
         CASE WHEN own_failure THEN failure_description ELSE description END AS new_description,
         CASE WHEN has_state AND disagree
              THEN format('machines says %s, process %s, written %s; machine_state says %s, process %s, written %s: ',
                          status, coalesce(current_process_id::text, 'none'), updated_at,
                          current_state, coalesce(process_id::text, 'none'), coalesce(state_at::text, 'nobody knows when'))
                   || CASE WHEN newer THEN 'machine_state is newer' ELSE 'machines is newer' END END AS disagreement
    FROM sided
)
SELECT 'machines' AS table_name, id::text AS row_key, column_name, before, after,
       serial_number || ': ' || why AS why
  FROM merged, LATERAL (SELECT own_failure AND NOT ours AS older) AS side, LATERAL (VALUES
         (1, 'status', status, new_status, disagreement),
         (2, 'current_process_id', current_process_id::text, new_process::text, disagreement),
         (3, 'state_since', to_jsonb(state_since) #>> '{}', to_jsonb(new_since) #>> '{}',
          CASE WHEN NOT has_state THEN 'estimated: it has no row in machine_state; it was written then'
               WHEN new_since IS DISTINCT FROM since AND NOT ours AND state_since IS NULL
               THEN 'estimated: it was written then'
               ELSE 'from machine_state' END),
         (4, 'is_failure_mode', is_failure_mode::text, new_failure::text,
          CASE WHEN older AND failure AND NOT new_failure THEN 'machine_state, which is older, says true'
               WHEN own_failure THEN 'in error, so it has failed' ELSE 'from machine_state' END),
         (5, 'failure_component', failure_component::text, new_component::text,
          CASE WHEN older AND component IS NOT NULL THEN format('machine_state, which is older, names %s', component)
               WHEN NOT ours AND component IS NOT NULL AND new_component IS NULL
               THEN format('machine_state names component %s, which does not exist', component)
               ELSE 'from machine_state' END),
         (6, 'failure_description', failure_description, new_description,
          CASE WHEN older AND description IS NOT NULL THEN format('machine_state, which is older, says "%s"', description)
               ELSE 'from machine_state' END)
       ) AS changes (number, column_name, before, after, why)
 WHERE before IS DISTINCT FROM after
    -- Listed though nothing changes: what machine_state says and machines will not.
    OR disagreement IS NOT NULL AND number <= 2 AND (number = 1 AND status <> current_state
                                     OR number = 2 AND current_process_id IS DISTINCT FROM process_id)
    OR number = 5 AND NOT ours AND component IS NOT NULL AND new_component IS NULL
    OR older AND (number = 4 AND failure AND NOT new_failure OR number = 6 AND description IS NOT NULL)
 ORDER BY serial_number, number;
