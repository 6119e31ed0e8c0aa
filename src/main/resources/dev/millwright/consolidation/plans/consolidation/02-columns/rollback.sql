SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('TimeZone', 'UTC', true);
LOCK TABLE machines, machine_state IN ACCESS EXCLUSIVE MODE;

-- What stands against the way back is named before anything changes.
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT polname, polrelid::regclass AS tab, relrowsecurity FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
     WHERE polrelid IN ('machines'::regclass, 'machine_components'::regclass, 'machine_transitions'::regclass,
                        'recipe_commands'::regclass)
     ORDER BY polrelid::regclass::text, polname LIMIT 1
  LOOP
    RAISE EXCEPTION 'policy % on % is for the tables as they are now', found.polname, found.tab
      USING HINT = 'Remove the host roles first: millwright migrate roles --host NAME --remove for each. A policy '
                   'of the site''s own: drop it, and make it again afterwards.';
  END LOOP;
  FOR found IN
    SELECT told[1] AS tab, told[2] AS attribute, told[3]::integer AS most
      FROM consolidation_undo, regexp_match(statement,
             '^ALTER TABLE (\S+) ALTER COLUMN (\S+) TYPE character varying\((\d+)\)$') AS told
     WHERE phase = '02-columns' AND told IS NOT NULL
  LOOP
    DECLARE
      longest text;
    BEGIN
      EXECUTE format('SELECT %2$s FROM %1$s WHERE length(%2$s) > %3$s LIMIT 1', found.tab, found.attribute,
                     found.most) INTO longest;
      IF longest IS NOT NULL THEN
        RAISE EXCEPTION '%.% has "%", of % characters; the old column takes %', found.tab, found.attribute, longest,
                        length(longest), found.most
          USING HINT = 'Shorten it, and roll back again.';
      END IF;
    END;
  END LOOP;
END
$$;

-- What Millwright has written since, and machine_state does not know yet.
INSERT INTO machine_state (machine_id, current_state, process_id, state_since, is_failure_mode,
  failure_component, failure_description, updated_at)
SELECT id, status, current_process_id, machines.state_since, machines.is_failure_mode, machines.failure_component,
       machines.failure_description, machines.updated_at
  FROM machines LEFT JOIN machine_state AS state ON machine_id = id
 WHERE (SELECT recorded_at FROM machine_transitions AS told
         WHERE told.machine_id = id AND event NOT IN ('external', 'consolidated')
         ORDER BY state_seq DESC LIMIT 1)
       -- A time that is still to come is nobody's.
       > CASE WHEN greatest(state.updated_at, state.state_since) <= now()
              THEN greatest(state.updated_at, state.state_since) ELSE '-infinity' END
    ON CONFLICT (machine_id) DO UPDATE SET
       current_state = excluded.current_state, process_id = excluded.process_id,
       state_since = excluded.state_since, is_failure_mode = excluded.is_failure_mode,
       failure_component = excluded.failure_component, failure_description = excluded.failure_description,
       updated_at = excluded.updated_at;

DROP TRIGGER recipe_commands_1_complete ON recipe_commands;
DROP TRIGGER recipe_commands_notify ON recipe_commands;
-- Not in what an older version has made.
DROP TRIGGER IF EXISTS recipe_commands_keep_machine ON recipe_commands;
DROP TRIGGER machines_1_normalise ON machines;
DROP TRIGGER machines_2_complete ON machines;
DROP TRIGGER machines_3_leave_error ON machines;
DROP TRIGGER machines_4_count ON machines;
DROP FUNCTION consolidation_written_since(machines, text);
DROP TABLE consolidation_left;
DROP VIEW process_runs;
DROP TRIGGER machines_record_transition ON machines;
DROP TRIGGER machines_number_transition ON machines;
DROP FUNCTION machines_record_transition();
DROP FUNCTION machines_number_transition();
DROP FUNCTION recipe_commands_notify();
DROP FUNCTION IF EXISTS recipe_commands_keep_machine();
DROP FUNCTION consolidation_complete_command();
DROP FUNCTION consolidation_complete_machine();
DROP FUNCTION consolidation_leave_error();
DROP FUNCTION consolidation_count_update();

-- What has no place in the old tables is kept beside them: the rows of tables that the phase made, and what was
-- written to columns that it added. Of those of machines the old tables and the history know the rest.
SELECT set_config('millwright.made', 'consolidation_undo', true);
DO $$
DECLARE
  made record;
  kept text;
  n    bigint;
BEGIN
  FOR made IN
    WITH undo AS (
      SELECT substring(statement FROM '^(?:DROP|ALTER) TABLE (\S+)') AS name,
             substring(statement FROM ' DROP COLUMN (\S+)$') AS attribute
        FROM consolidation_undo
       WHERE phase = '02-columns' AND statement ~ '^(DROP TABLE \S+|ALTER TABLE \S+ DROP COLUMN \S+)$'
    )
    SELECT name,
           CASE WHEN bool_or(attribute IS NULL) THEN '*' ELSE 'id, ' || string_agg(attribute, ', ') END AS columns,
           CASE WHEN bool_or(attribute IS NULL) THEN 'true'
                -- One that is never null says something in each row, whether anybody wrote it or not.
                ELSE coalesce(string_agg(attribute || ' IS NOT NULL', ' OR ') FILTER (WHERE NOT attnotnull), 'false')
           END AS told
      FROM undo LEFT JOIN pg_attribute ON attrelid = name::regclass AND attname = attribute
     WHERE name <> 'machines' OR attribute = 'progress'
     GROUP BY name
  LOOP
    kept := made.name || '_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS');
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT 1) AS row', made.name, made.told) INTO n;
    CONTINUE WHEN n = 0;
    EXECUTE format('CREATE TABLE %I AS SELECT %s FROM %s WHERE %s', kept, made.columns, made.name, made.told);
    GET DIAGNOSTICS n = ROW_COUNT;
    EXECUTE format('COMMENT ON TABLE %I IS %L', kept, 'What plan consolidation, when it was rolled back, found in '
                   || made.name || ' that has no place there');
    PERFORM set_config('millwright.made', concat_ws('; ', current_setting('millwright.made'), quote_ident(kept)), true);
    RAISE WARNING '% row(s) of %: what has no place in the old tables is kept in %', n, made.name, quote_ident(kept);
  END LOOP;
END
$$;
\ir ../../schema/private.sql
SELECT consolidation_undo('02-columns');
DROP FUNCTION consolidation_count(text);
DROP VIEW millwright_foreign_writers;
DROP TABLE consolidation_foreign_writes;

-- What has no place in the old tables is kept beside them, unless it is only what the plan itself has written. The history
-- may be long, so it is renamed rather than copied.
DO $$
DECLARE
  kept constant text := 'machine_transitions_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS');
BEGIN
  IF NOT EXISTS (SELECT FROM machine_transitions WHERE event <> 'consolidated') THEN
    DROP TABLE machine_transitions;
  ELSE
    DROP INDEX machine_transitions_process, machine_transitions_batch;
    EXECUTE format('ALTER TABLE machine_transitions RENAME TO %I', kept);
    EXECUTE format('COMMENT ON TABLE %I IS %L', kept,
                   'The history of machines until plan consolidation was rolled back; the names are in '
                   'machines.serial_number, by machine_id');
    RAISE WARNING 'the history of the machines is kept in %', quote_ident(kept);
  END IF;
END
$$;

-- Words that were mapped here first, or the first phase's trigger would read them again.
DELETE FROM consolidation_words
 WHERE word IN (SELECT before FROM millwright_changes
                 WHERE plan = 'consolidation' AND phase = '02-columns'
                   AND column_name IN ('status', 'current_state'));
UPDATE machines
   SET (status, updated_at) = (
       SELECT status, updated_at FROM jsonb_populate_record(machines, changed.before) AS old)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, before) AS before,
               jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'machines'
         GROUP BY row_key) AS changed
 WHERE machines.id = changed.id
   AND jsonb_populate_record(machines, changed.after)::text = machines::text;
ALTER TABLE machine_state DISABLE TRIGGER machine_state_2_date;
UPDATE machine_state SET current_state = before
  FROM millwright_changes
 WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'machine_state'
   AND machine_id = row_key::uuid AND current_state = after;
ALTER TABLE machine_state ENABLE TRIGGER machine_state_2_date;
DO $$
BEGIN
  IF to_regclass('recipe_commands') IS NOT NULL THEN
    UPDATE recipe_commands
       SET (type, status, parameters, error_message, created_at, updated_at) = (
           SELECT old.type, old.status,
                  CASE WHEN changed.before ? 'parameters' THEN NULL ELSE recipe_commands.parameters END,
                  old.error_message, old.created_at, old.updated_at
             FROM jsonb_populate_record(recipe_commands, changed.before) AS old)
      FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, before) AS before,
                   jsonb_object_agg(column_name, after) FILTER (WHERE column_name <> 'parameters') AS after
              FROM millwright_changes
             WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'recipe_commands'
             GROUP BY row_key) AS changed
     WHERE recipe_commands.id = changed.id
       AND jsonb_populate_record(recipe_commands, coalesce(changed.after, '{}'))::text = recipe_commands::text;
  END IF;
END
$$;
