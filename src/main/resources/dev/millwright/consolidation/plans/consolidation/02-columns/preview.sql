-- Words that old programs wrote since the first phase, and what must not be null in the new shape. Every other
-- change of this phase is one of columns, not of rows.
WITH map AS (
  SELECT lower(btrim(key)) AS word, value AS status
    FROM jsonb_each_text(coalesce(nullif(current_setting('millwright.map', true), ''), '{}')::jsonb)
)
SELECT 'machines' AS table_name, machines.id::text AS row_key, 'status' AS column_name, machines.status AS before,
       map.status AS after, serial_number || ': this word is mapped' AS why
  FROM machines JOIN map ON map.word = machines.status
UNION ALL
SELECT 'machine_state', machine_id::text, 'current_state', current_state, map.status,
       serial_number || ': this word is mapped'
  FROM machine_state JOIN machines ON machines.id = machine_id JOIN map ON map.word = current_state
UNION ALL
SELECT 'machines', machines.id::text, 'updated_at', NULL,
       to_jsonb(coalesce(state.updated_at, state.state_since, now())) #>> '{}',
       serial_number || ': nobody knows when it was written' || CASE
         WHEN coalesce(state.updated_at, state.state_since) IS NULL THEN '; it counts as written now'
         ELSE '; machine_state was written then' END
  FROM machines LEFT JOIN machine_state AS state ON machine_id = machines.id
 WHERE machines.updated_at IS NULL
UNION ALL
-- There need not be such a table.
SELECT 'recipe_commands', row_key, column_name, before, after, why
  FROM xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass('recipe_commands') IS NULL THEN 'SELECT WHERE false' ELSE $query$
         SELECT id::text AS row_key, column_name, before, after, why
           -- There may be very many, and few that change.
           FROM (SELECT * FROM recipe_commands
                  WHERE type <> lower(btrim(type)) OR status <> lower(btrim(status)) OR parameters IS NULL
                     OR created_at IS NULL OR updated_at IS NULL
                     OR lower(btrim(status)) = 'error' AND error_message IS NULL) AS command, LATERAL (VALUES
                  ('type', type,
                   CASE WHEN lower(btrim(type)) IN ('start_recipe', 'stop_recipe', 'reset_machine', 'hold_recipe',
                                                    'unhold_recipe')
                        THEN lower(btrim(type)) ELSE type END, 'upper case or white space'),
                  ('status', status,
                   CASE WHEN lower(btrim(status)) IN ('pending', 'processing', 'completed', 'error')
                        THEN lower(btrim(status)) ELSE status END, 'upper case or white space'),
                  ('parameters', parameters::text, coalesce(parameters::text, '{}'), 'none'),
                  ('error_message', error_message,
                   CASE WHEN lower(btrim(status)) = 'error' THEN coalesce(error_message, 'no message was given')
                        ELSE error_message END, 'an error without a message'),
                  ('created_at', to_jsonb(created_at) #>> '{}',
                   to_jsonb(coalesce(created_at, executed_at, updated_at, now())) #>> '{}', 'nobody knows when'),
                  ('updated_at', to_jsonb(updated_at) #>> '{}',
                   to_jsonb(coalesce(updated_at, executed_at, created_at, now())) #>> '{}', 'nobody knows when')
                ) AS new (column_name, before, after, why)
          WHERE before IS DISTINCT FROM after $query$ END, false, false, '')
         COLUMNS row_key text, column_name text, before text, after text, why text) AS command
 ORDER BY 1, 6, 2, 3;
