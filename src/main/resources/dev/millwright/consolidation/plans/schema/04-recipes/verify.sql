-- What differs from what 04-recipes makes.
WITH expected (subject, expected) AS (VALUES
  ('recipe_commands.claimed_by', 'uuid'),
  ('recipe_commands.process_id', 'uuid'),
  ('recipe_commands.operator', 'text'),
  ('recipe_commands.reason', 'text'),
  ('recipe_commands: constraint recipe_commands_operator_bounded',
   'CHECK (((length(operator) >= 1) AND (length(operator) <= 100)))'),
  ('recipe_commands: constraint recipe_commands_reason_bounded',
   'CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))'),
  ('recipe_commands: constraint recipe_commands_type_known',
   'CHECK ((type = ANY (ARRAY[''start_recipe''::text, ''stop_recipe''::text, ''reset_machine''::text,'
   ' ''hold_recipe''::text, ''unhold_recipe''::text])))'),
  ('recipe_commands: trigger recipe_commands_keep_machine',
   'BEFORE UPDATE OF machine_id ON recipe_commands FOR EACH ROW WHEN (old.machine_id IS NOT NULL AND'
   ' new.machine_id IS DISTINCT FROM old.machine_id) EXECUTE FUNCTION recipe_commands_keep_machine()'),
  ('function recipe_commands_keep_machine()', 'as invoker, body 616c28f6d901cc087a29cb64da70ddf8'),
  ('recipe_versions.hash', 'text not null'),
  ('recipe_versions.name', 'text not null'),
  ('recipe_versions.source', 'text not null'),
  ('recipe_versions.first_used_at', 'timestamp with time zone not null default now()'),
  ('recipe_versions: constraint recipe_versions_hash_is_sha256',
   'CHECK ((hash ~ ''^[0-9a-f]{64}$''::text))'),
  ('recipe_versions: PRIMARY KEY (hash)', 'present'),
  ('recipe_versions: kind', 'table')
), ours (relation) AS (
  SELECT to_regclass(name) FROM unnest(ARRAY['recipe_commands', 'recipe_versions']) AS name
), actual (subject, actual) AS (
  SELECT class.relname || '.' || attname,
         format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
           || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM ours JOIN pg_attribute ON attrelid = relation AND attnum > 0 AND NOT attisdropped
    JOIN pg_class AS class ON class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  UNION ALL
  SELECT relname || ': constraint ' || conname, pg_get_constraintdef(con.oid)
    FROM ours JOIN pg_constraint AS con ON conrelid = relation AND contype = 'c'
    JOIN pg_class AS class ON class.oid = conrelid
  UNION ALL
  SELECT relname || ': ' || pg_get_constraintdef(con.oid), 'present'
    FROM ours JOIN pg_constraint AS con ON conrelid = relation AND contype = 'p'
    JOIN pg_class AS class ON class.oid = conrelid
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
    FROM ours JOIN pg_class AS class ON class.oid = relation
)
SELECT subject, expected, coalesce(actual, 'missing') AS actual
  FROM expected LEFT JOIN actual USING (subject)
 WHERE actual IS DISTINCT FROM expected
   -- As in phase 03-commands: an old installation has types of its own.
   AND NOT (actual IS NULL AND to_regclass('recipe_commands') IS NOT NULL
            AND subject = 'recipe_commands: constraint recipe_commands_type_known')
 ORDER BY 1;
