-- What differs from what 01-machines makes. Further columns and constraints are nobody's business here;
-- a further index is, where it would end the HOT updates, and so is a rule.
WITH expected (subject, expected) AS (VALUES
  ('machines.id', 'uuid not null default gen_random_uuid()'),
  ('machines.serial_number', 'text not null'),
  ('machines.status', 'text not null default ''offline''::text'),
  ('machines.current_process_id', 'uuid'),
  ('machines.updated_at', 'timestamp with time zone not null default now()'),
  ('machines.state_since', 'timestamp with time zone'),
  ('machines.is_failure_mode', 'boolean not null default false'),
  ('machines.failure_component', 'uuid'),
  ('machines.failure_description', 'text'),
  ('machines.state_seq', 'bigint not null default 0'),
  ('machines.last_event', 'text'),
  ('machines.last_transition_id', 'uuid'),
  ('machines.last_detail', 'jsonb'),
  ('machines.progress', 'jsonb'),
  ('machine_components.id', 'uuid not null default gen_random_uuid()'),
  ('machine_components.machine_id', 'uuid not null'),
  ('machine_components.name', 'text not null'),
  ('machine_components.type', 'text'),
  ('machines: constraint machines_status_known',
   'CHECK ((status = ANY (ARRAY[''offline''::text, ''idle''::text, ''processing''::text, ''error''::text])))'),
  ('machines: constraint machines_processing_has_process',
   'CHECK (((status <> ''processing''::text) OR (current_process_id IS NOT NULL)))'),
  ('machines: constraint machines_idle_has_no_process',
   'CHECK (((status <> ''idle''::text) OR (current_process_id IS NULL)))'),
  ('machines: constraint machines_error_is_failure',
   'CHECK (((status <> ''error''::text) OR is_failure_mode))'),
  ('machines: PRIMARY KEY (id)', 'present'),
  ('machines: UNIQUE (serial_number)', 'present'),
  ('machines: FOREIGN KEY (failure_component) REFERENCES machine_components(id)', 'present'),
  ('machine_components: PRIMARY KEY (id)', 'present'),
  ('machine_components: UNIQUE (machine_id, name)', 'present'),
  ('machine_components: FOREIGN KEY (machine_id) REFERENCES machines(id) ON DELETE CASCADE', 'present'),
  ('machines: kind', 'table'),
  ('machine_components: kind', 'table'),
  ('machines: fillfactor', '30')
), ours (relation) AS (
  SELECT to_regclass(name) FROM unnest(ARRAY['machines', 'machine_components']) AS name
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
  -- Keys are known by what they hold: their names vary with the database's past.
  SELECT DISTINCT relname || ': ' || pg_get_constraintdef(con.oid), 'present'
    FROM ours JOIN pg_constraint AS con ON conrelid = relation AND contype IN ('p', 'u', 'f')
    JOIN pg_class AS class ON class.oid = conrelid
  UNION ALL
  SELECT relname || ': fillfactor', option_value
    FROM ours JOIN pg_class AS class ON class.oid = relation, pg_options_to_table(reloptions)
   WHERE option_name = 'fillfactor'
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
UNION ALL
SELECT DISTINCT 'machines: index ' || index.relname,
       'none on a column that changes with each transition', pg_get_indexdef(index.oid)
  FROM pg_depend AS uses
  JOIN pg_class AS index ON index.oid = uses.objid AND index.relkind = 'i'
  JOIN pg_attribute ON attrelid = uses.refobjid AND attnum = uses.refobjsubid
 WHERE uses.classid = 'pg_class'::regclass AND uses.refobjid = to_regclass('machines')
   AND attname IN ('status', 'current_process_id', 'updated_at', 'state_since', 'is_failure_mode',
                   'failure_component', 'failure_description', 'state_seq', 'last_event',
                   'last_transition_id', 'last_detail', 'progress')
UNION ALL
-- A rule can take a statement's place in silence.
SELECT relname || ': rule ' || rulename, 'none', pg_get_ruledef(pg_rewrite.oid, true)
  FROM ours JOIN pg_rewrite ON ev_class = relation AND rulename <> '_RETURN'
  JOIN pg_class AS class ON class.oid = ev_class
 ORDER BY 1;
