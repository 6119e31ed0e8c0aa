SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

INSERT INTO consolidation_words
SELECT lower(btrim(key)), value
  FROM jsonb_each_text(coalesce(nullif(current_setting('millwright.map', true), ''), '{}')::jsonb)
    ON CONFLICT (word) DO UPDATE SET status = excluded.status;

-- Filled just now, and not known to the planner yet.
ANALYZE millwright_changes;
UPDATE machines
   SET (status, updated_at) = (
       SELECT status, updated_at FROM jsonb_populate_record(machines, changed.after) AS new)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'machines'
         GROUP BY row_key) AS changed
 WHERE machines.id = changed.id;
-- What is only said in other words is not dated anew.
ALTER TABLE machine_state DISABLE TRIGGER machine_state_2_date;
UPDATE machine_state SET current_state = after
  FROM millwright_changes
 WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'machine_state'
   AND machine_id = row_key::uuid;
ALTER TABLE machine_state ENABLE TRIGGER machine_state_2_date;

DO $$
BEGIN
  IF to_regclass('recipe_commands') IS NOT NULL THEN
    UPDATE recipe_commands
       SET (type, status, parameters, error_message, created_at, updated_at) = (
           SELECT new.type, new.status, coalesce(recipe_commands.parameters, '{}'), new.error_message,
                  new.created_at, new.updated_at
             FROM jsonb_populate_record(recipe_commands, changed.after) AS new)
      FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, after) AS after
              FROM millwright_changes
             WHERE plan = 'consolidation' AND phase = '02-columns' AND table_name = 'recipe_commands'
             GROUP BY row_key) AS changed
     WHERE recipe_commands.id = changed.id;
  END IF;
END
$$;

-- What is missing is added, what is there is brought to the shape of plan schema: no change rewrites a table.
DO $$
DECLARE
  phase    constant text := '02-columns';
  wanted   record;
  attr     record;
  old      record;
BEGIN
  -- A column that a trigger looks at keeps its type, so the trigger goes, and comes again below.
  PERFORM consolidation_change(phase, 'DROP TRIGGER machines_1_normalise ON machines',
            (SELECT pg_get_triggerdef(oid) FROM pg_trigger
              WHERE tgrelid = 'machines'::regclass AND tgname = 'machines_1_normalise'));

  FOR wanted IN SELECT * FROM (VALUES ('machine_components'), ('recipe_commands'), ('recipe_versions')) AS t (name)
                 WHERE to_regclass(name) IS NULL LOOP
    PERFORM consolidation_change(phase, format('CREATE TABLE %I ()', wanted.name),
                                 format('DROP TABLE %I', wanted.name));
  END LOOP;

  FOR wanted IN
    SELECT * FROM (VALUES
      ('machines', 'id', 'uuid', true, 'gen_random_uuid()'),
      ('machines', 'serial_number', 'text', true, NULL),
      ('machines', 'status', 'text', true, '''offline''::text'),
      ('machines', 'current_process_id', 'uuid', false, NULL),
      ('machines', 'updated_at', 'timestamp with time zone', true, 'now()'),
      ('machines', 'state_since', 'timestamp with time zone', false, NULL),
      ('machines', 'is_failure_mode', 'boolean', true, 'false'),
      ('machines', 'failure_component', 'uuid', false, NULL),
      ('machines', 'failure_description', 'text', false, NULL),
      ('machines', 'state_seq', 'bigint', true, '0'),
      ('machines', 'last_event', 'text', false, NULL),
      ('machines', 'last_transition_id', 'uuid', false, NULL),
      ('machines', 'last_detail', 'jsonb', false, NULL),
      ('machines', 'progress', 'jsonb', false, NULL),
      ('machine_components', 'id', 'uuid', true, 'gen_random_uuid()'),
      ('machine_components', 'machine_id', 'uuid', true, NULL),
      ('machine_components', 'name', 'text', true, NULL),
      ('machine_components', 'type', 'text', false, NULL),
      ('recipe_commands', 'id', 'uuid', true, 'gen_random_uuid()'),
      ('recipe_commands', 'machine_id', 'uuid', false, NULL),
      ('recipe_commands', 'type', 'text', true, NULL),
      ('recipe_commands', 'parameters', 'jsonb', true, '''{}''::jsonb'),
      ('recipe_commands', 'status', 'text', true, '''pending''::text'),
      ('recipe_commands', 'error_message', 'text', false, NULL),
      ('recipe_commands', 'executed_at', 'timestamp with time zone', false, NULL),
      ('recipe_commands', 'created_at', 'timestamp with time zone', true, 'now()'),
      ('recipe_commands', 'updated_at', 'timestamp with time zone', true, 'now()'),
      ('recipe_commands', 'batch_id', 'text', false, NULL),
      ('recipe_commands', 'claimed_by', 'uuid', false, NULL),
      ('recipe_commands', 'process_id', 'uuid', false, NULL),
      ('recipe_commands', 'operator', 'text', false, NULL),
      ('recipe_commands', 'reason', 'text', false, NULL),
      ('recipe_versions', 'hash', 'text', true, NULL),
      ('recipe_versions', 'name', 'text', true, NULL),
      ('recipe_versions', 'source', 'text', true, NULL),
      ('recipe_versions', 'first_used_at', 'timestamp with time zone', true, 'now()')
      ) AS shape (name, attribute, type, needed, value)
  LOOP
    SELECT format_type(atttypid, atttypmod) AS type, attnotnull AS needed, pg_get_expr(adbin, adrelid) AS value
      INTO attr
      FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attrelid = wanted.name::regclass AND attname = wanted.attribute AND NOT attisdropped;
    IF NOT FOUND THEN
      PERFORM consolidation_change(phase,
        format('ALTER TABLE %I ADD COLUMN %I %s', wanted.name, wanted.attribute, wanted.type)
          || coalesce(' DEFAULT ' || wanted.value, '') || CASE WHEN wanted.needed THEN ' NOT NULL' ELSE '' END,
        format('ALTER TABLE %I DROP COLUMN %I', wanted.name, wanted.attribute));
      CONTINUE;
    END IF;
    -- A default is taken away before its type changes, so that it comes back in the very same words.
    IF attr.value IS DISTINCT FROM wanted.value AND attr.value IS NOT NULL THEN
      PERFORM consolidation_change(phase,
        format('ALTER TABLE %I ALTER COLUMN %I DROP DEFAULT', wanted.name, wanted.attribute),
        format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', wanted.name, wanted.attribute, attr.value));
    END IF;
    IF attr.type <> wanted.type THEN
      PERFORM consolidation_change(phase,
        format('ALTER TABLE %I ALTER COLUMN %I TYPE %s', wanted.name, wanted.attribute, wanted.type),
        format('ALTER TABLE %I ALTER COLUMN %I TYPE %s', wanted.name, wanted.attribute, attr.type));
    END IF;
    IF attr.value IS DISTINCT FROM wanted.value AND wanted.value IS NOT NULL THEN
      PERFORM consolidation_change(phase,
        format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s', wanted.name, wanted.attribute, wanted.value),
        format('ALTER TABLE %I ALTER COLUMN %I DROP DEFAULT', wanted.name, wanted.attribute));
    END IF;
    IF wanted.needed AND NOT attr.needed THEN
      PERFORM consolidation_change(phase,
        format('ALTER TABLE %I ALTER COLUMN %I SET NOT NULL', wanted.name, wanted.attribute),
        format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL', wanted.name, wanted.attribute));
    END IF;
  END LOOP;

  -- A component goes with its machine; the old key refused that.
  FOR old IN
    SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = 'machine_components'::regclass AND contype = 'f'
       AND pg_get_constraintdef(oid) LIKE 'FOREIGN KEY (machine_id) REFERENCES machines(id)%'
       AND pg_get_constraintdef(oid) <> 'FOREIGN KEY (machine_id) REFERENCES machines(id) ON DELETE CASCADE'
     ORDER BY conname
  LOOP
    PERFORM consolidation_change(phase,
      format('ALTER TABLE machine_components DROP CONSTRAINT %I', old.conname),
      format('ALTER TABLE machine_components ADD CONSTRAINT %I %s', old.conname, old.definition));
  END LOOP;

  FOR wanted IN
    SELECT * FROM (VALUES
      ('machines', 'machines_id_pkey', 'PRIMARY KEY (id)'),
      ('machines', 'machines_serial_number_unique', 'UNIQUE (serial_number)'),
      ('machines', 'machines_status_known', 'CHECK (status IN (''offline'', ''idle'', ''processing'', ''error''))'),
      ('machines', 'machines_processing_has_process', 'CHECK (status <> ''processing'' OR current_process_id IS NOT NULL)'),
      ('machines', 'machines_idle_has_no_process', 'CHECK (status <> ''idle'' OR current_process_id IS NULL)'),
      ('machine_components', 'machine_components_id_pkey', 'PRIMARY KEY (id)'),
      ('machine_components', 'machine_components_machine_id_name_unique', 'UNIQUE (machine_id, name)'),
      ('machine_components', 'machine_components_machine_id_cascade',
       'FOREIGN KEY (machine_id) REFERENCES machines(id) ON DELETE CASCADE'),
      ('machines', 'machines_failure_component_fkey',
       'FOREIGN KEY (failure_component) REFERENCES machine_components(id)'),
      ('recipe_commands', 'recipe_commands_id_pkey', 'PRIMARY KEY (id)'),
      ('recipe_commands', 'recipe_commands_machine_id_machine', 'FOREIGN KEY (machine_id) REFERENCES machines(id)'),
      -- Not those of type and status: the old programs have commands of their own, and ways to end them.
      ('recipe_commands', 'recipe_commands_error_has_message',
       'CHECK (status <> ''error'' OR error_message IS NOT NULL)'),
      ('recipe_commands', 'recipe_commands_batch_id_bounded', 'CHECK (length(batch_id) BETWEEN 1 AND 100)'),
      ('recipe_commands', 'recipe_commands_operator_bounded', 'CHECK (length(operator) BETWEEN 1 AND 100)'),
      ('recipe_commands', 'recipe_commands_reason_bounded', 'CHECK (length(reason) BETWEEN 1 AND 1000)'),
      ('recipe_versions', 'recipe_versions_pkey', 'PRIMARY KEY (hash)'),
      ('recipe_versions', 'recipe_versions_hash_is_sha256', 'CHECK (hash ~ ''^[0-9a-f]{64}$'')')
      ) AS needed (name, constraint_name, definition)
     WHERE NOT EXISTS (
           SELECT FROM pg_constraint
            WHERE conrelid = needed.name::regclass AND pg_get_constraintdef(oid) = needed.definition)
     -- A foreign key wants the other table's primary key first.
     ORDER BY definition LIKE 'FOREIGN KEY%', name, constraint_name
  LOOP
    PERFORM consolidation_change(phase,
      format('ALTER TABLE %I ADD CONSTRAINT %I %s', wanted.name, wanted.constraint_name, wanted.definition),
      format('ALTER TABLE %I DROP CONSTRAINT %I', wanted.name, wanted.constraint_name));
  END LOOP;

  -- An index on what changes with each transition would make each of them twice as dear.
  FOR old IN
    SELECT DISTINCT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index
      JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = indexrelid
                    AND refclassid = 'pg_class'::regclass AND refobjid = indrelid
      JOIN pg_attribute ON attrelid = indrelid AND attnum = refobjsubid
     WHERE indrelid = 'machines'::regclass
       AND attname IN ('status', 'current_process_id', 'updated_at')
     ORDER BY 1
  LOOP
    PERFORM consolidation_change(phase, format('DROP INDEX %s', old.name), old.definition);
  END LOOP;
  PERFORM consolidation_change(phase,
            'CREATE INDEX recipe_commands_pending ON recipe_commands (created_at) WHERE status = ''pending''',
            'DROP INDEX recipe_commands_pending');
  PERFORM consolidation_change(phase, 'ALTER TABLE machines SET (fillfactor = 30)', coalesce(
            (SELECT format('ALTER TABLE machines SET (fillfactor = %s)', option_value)
               FROM pg_class, pg_options_to_table(reloptions)
              WHERE oid = 'machines'::regclass AND option_name = 'fillfactor'),
            'ALTER TABLE machines RESET (fillfactor)'));
  EXECUTE (SELECT statement FROM consolidation_undo
            WHERE consolidation_undo.phase = '02-columns' AND statement LIKE 'CREATE TRIGGER machines_1_normalise %');
END
$$;

SELECT set_config('millwright.made', concat_ws('; ', 'consolidation_undo', string_agg(
         substring(statement FROM '^DROP TABLE (.*)$'), '; ')), true)
  FROM consolidation_undo WHERE phase = '02-columns' AND statement LIKE 'DROP TABLE %';
\ir ../../schema/private.sql

-- Rows in error without the flag are a matter of the next phase: until then the constraint would refuse them.
UPDATE machines SET is_failure_mode = true WHERE status = 'error';
SELECT consolidation_change('02-columns',
  'ALTER TABLE machines ADD CONSTRAINT machines_error_is_failure CHECK (status <> ''error'' OR is_failure_mode)',
  'ALTER TABLE machines DROP CONSTRAINT machines_error_is_failure');

\ir ../../schema/02-history/apply.sql
\ir ../../schema/03-commands/notify.sql
\ir ../../schema/04-recipes/keep.sql
\ir writers.sql
