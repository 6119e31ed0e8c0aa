-- What differs from what 03-commands makes.
WITH expected (subject, expected) AS (VALUES
  ('recipe_commands.id', 'uuid not null default gen_random_uuid()'),
  ('recipe_commands.machine_id', 'uuid'),
  ('recipe_commands.type', 'text not null'),
  ('recipe_commands.parameters', 'jsonb not null default ''{}''::jsonb'),
  ('recipe_commands.status', 'text not null default ''pending''::text'),
  ('recipe_commands.error_message', 'text'),
  ('recipe_commands.executed_at', 'timestamp with time zone'),
  ('recipe_commands.created_at', 'timestamp with time zone not null default now()'),
  ('recipe_commands.updated_at', 'timestamp with time zone not null default now()'),
  ('recipe_commands.batch_id', 'text'),
  ('recipe_commands: constraint recipe_commands_batch_id_bounded',
   'CHECK (((length(batch_id) >= 1) AND (length(batch_id) <= 100)))'),
  ('recipe_commands: constraint recipe_commands_type_known',
   'CHECK ((type = ANY (ARRAY[''start_recipe''::text, ''stop_recipe''::text, ''reset_machine''::text])))'),
  ('recipe_commands: constraint recipe_commands_status_known',
   'CHECK ((status = ANY (ARRAY[''pending''::text, ''processing''::text, ''completed''::text, ''error''::text])))'),
  ('recipe_commands: constraint recipe_commands_error_has_message',
   'CHECK (((status <> ''error''::text) OR (error_message IS NOT NULL)))'),
  ('recipe_commands: PRIMARY KEY (id)', 'present'),
  ('recipe_commands: FOREIGN KEY (machine_id) REFERENCES machines(id)', 'present'),
  ('recipe_commands: index recipe_commands_pending',
   'btree (created_at) WHERE (status = ''pending''::text)'),
  ('recipe_commands: trigger recipe_commands_notify',
   'AFTER INSERT ON recipe_commands FOR EACH ROW WHEN (new.status = ''pending''::text)'
   ' EXECUTE FUNCTION recipe_commands_notify()'),
  ('function recipe_commands_notify()', 'as invoker, body 5bff70ecc35ab7c5b1699fca65158e0e'),
  ('recipe_commands: kind', 'table')
), actual (subject, actual) AS (
  SELECT 'recipe_commands.' || attname,
         format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
           || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE attrelid = to_regclass('recipe_commands') AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT 'recipe_commands: constraint ' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = to_regclass('recipe_commands') AND contype = 'c'
  UNION ALL
  SELECT DISTINCT 'recipe_commands: ' || pg_get_constraintdef(oid), 'present'
    FROM pg_constraint WHERE conrelid = to_regclass('recipe_commands') AND contype IN ('p', 'f')
  UNION ALL
  SELECT 'recipe_commands: index ' || relname,
         substring(pg_get_indexdef(indexrelid) FROM ' USING (.*)$')
    FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
   WHERE indrelid = to_regclass('recipe_commands') AND indisvalid
  UNION ALL
  SELECT 'recipe_commands: trigger ' || tgname,
         substring(pg_get_triggerdef(oid, true) FROM ' ((BEFORE|AFTER) .*)$')
           || CASE tgenabled WHEN 'O' THEN '' WHEN 'A' THEN '' ELSE ' (disabled)' END
    FROM pg_trigger WHERE tgrelid = to_regclass('recipe_commands') AND NOT tgisinternal
  UNION ALL
  SELECT 'function ' || proname || '()',
         CASE WHEN prosecdef THEN 'as owner' ELSE 'as invoker' END || ', body ' || md5(prosrc)
    FROM pg_class AS class JOIN pg_proc ON pronamespace = relnamespace AND pronargs = 0
   WHERE class.oid = to_regclass('recipe_commands')
  UNION ALL
  -- What is unlogged is empty after a crash.
  SELECT relname || ': kind',
         CASE relpersistence WHEN 'u' THEN 'unlogged ' WHEN 't' THEN 'temporary ' ELSE '' END
           || CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                           WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                           ELSE 'of kind ' || relkind::text END
    FROM pg_class WHERE oid = to_regclass('recipe_commands')
)
SELECT subject, expected, coalesce(actual, 'missing') AS actual
  FROM expected LEFT JOIN actual USING (subject)
 WHERE actual IS DISTINCT FROM expected
   -- Phase 04-recipes adds types, and looks after them.
   AND NOT (subject = 'recipe_commands: constraint recipe_commands_type_known'
            AND to_regclass('recipe_versions') IS NOT NULL)
   -- These may be left out: the programs of an old installation have commands of their own, which Millwright leaves
   -- alone.
   AND NOT (actual IS NULL AND to_regclass('recipe_commands') IS NOT NULL
            AND subject IN ('recipe_commands: constraint recipe_commands_type_known',
                            'recipe_commands: constraint recipe_commands_status_known'))
 ORDER BY 1;
