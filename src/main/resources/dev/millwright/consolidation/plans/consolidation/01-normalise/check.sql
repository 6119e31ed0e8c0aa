-- Reasons against consolidating machines and machine_state.
WITH old (name, columns) AS (VALUES
  ('machines', ARRAY['id uuid', 'serial_number text', 'status text', 'current_process_id uuid',
    'updated_at timestamp with time zone']),
  ('machine_state', ARRAY['machine_id uuid', 'current_state text', 'process_id uuid',
    'state_since timestamp with time zone', 'is_failure_mode boolean', 'failure_component uuid',
    'failure_description text', 'updated_at timestamp with time zone'])
), wanted (name, attribute, type) AS (
  SELECT name, split_part(col, ' ', 1), substring(col FROM ' (.*)$') FROM old, unnest(columns) AS col
), actual AS (
  SELECT name, pg_class.oid, attname::text AS attribute,
         -- A varchar is as good as a text.
         CASE WHEN atttypid = 'varchar'::regtype THEN 'text' ELSE format_type(atttypid, NULL) END AS type,
         attgenerated <> '' AS generated
    FROM old JOIN pg_class ON pg_class.oid = to_regclass(name) AND relkind = 'r'
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
), forced AS (
  SELECT nullif(current_setting('millwright.force_reason', true), '') IS NOT NULL AS yes
)
SELECT 'the server is PostgreSQL ' || current_setting('server_version')
       || '; 13 is the oldest with gen_random_uuid()' AS reason
 WHERE current_setting('server_version_num')::int < 130000
UNION ALL
SELECT format('role %I may not create tables in schema %I: GRANT CREATE ON SCHEMA %2$I TO %1$I',
              current_user, current_schema())
 WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
UNION ALL
SELECT format('everybody may create functions in schema %I, and could have them called as the owner of machines: '
              'REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC, and grant it to those who need it', current_schema())
  FROM pg_namespace, aclexplode(nspacl)
 WHERE nspname = current_schema() AND grantee = 0 AND privilege_type = 'CREATE'
UNION ALL
SELECT CASE relkind
         WHEN 'v' THEN format('%s is a view: it was consolidated before, by hand or by this plan on a database that '
                              'this one is a copy of (millwright_phases does not say so): bring the table back '
                              'first, or use plan schema when no old program is left', name)
         ELSE format('%s is of kind "%s", not an ordinary table: this plan cannot take it across', name, relkind)
       END
  FROM old JOIN pg_class ON oid = to_regclass(name)
 WHERE relkind <> 'r'
UNION ALL
SELECT CASE WHEN to_regclass('machines') IS NULL
            THEN format('table %s is missing in schema %s: a new database needs plan schema, not this one; else '
                        'set search_path', name, current_schema())
            ELSE format('table %s is missing: there is nothing to consolidate. Plan schema is for a database that '
                        'never had it', name) END
  FROM old WHERE to_regclass(name) IS NULL
UNION ALL
SELECT format('table %I is in schema %I, but %I is first in the search_path: set search_path to %2$I', name,
              relnamespace::regnamespace, current_schema())
  FROM old JOIN pg_class ON oid = to_regclass(name)
 WHERE relnamespace <> quote_ident(current_schema())::regnamespace
UNION ALL
SELECT format('%s.%s is %s, not %s: ALTER TABLE %1$s %5$s', wanted.name, wanted.attribute,
              coalesce(actual.type, 'missing'), wanted.type,
              CASE WHEN actual.type IS NULL THEN format('ADD COLUMN %I %s', wanted.attribute, wanted.type)
                   ELSE format('ALTER COLUMN %I TYPE %s', wanted.attribute, wanted.type) END)
  FROM wanted JOIN pg_class ON oid = to_regclass(wanted.name) AND relkind = 'r'
  LEFT JOIN actual USING (name, attribute)
 WHERE actual.type IS DISTINCT FROM wanted.type
UNION ALL
SELECT format('machines.%s exists already: somebody began by hand. Where it holds nothing of value: ALTER TABLE '
              'machines DROP COLUMN %1$I; else keep a copy of it first', attribute)
  FROM actual
 WHERE name = 'machines' AND attribute IN ('state_since', 'is_failure_mode', 'failure_component',
   'failure_description', 'state_seq', 'last_event', 'last_transition_id', 'last_detail', 'progress')
UNION ALL
SELECT format('%s exists already, but millwright_phases does not say that this plan made it: rename or drop it',
              relname)
  FROM pg_class
 WHERE relnamespace = quote_ident(current_schema())::regnamespace
   AND (relname IN ('machine_transitions', 'process_runs', 'machine_state_before_consolidation',
                    'machine_state_archive', 'millwright_foreign_writers') OR relname LIKE 'consolidation\_%')
   AND relkind IN ('r', 'v', 'm', 'p', 'f')
UNION ALL
SELECT format('function %s exists already, but millwright_phases does not say that this plan made it: drop it',
              oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = quote_ident(current_schema())::regnamespace
   AND (proname LIKE 'consolidation\_%'
        OR proname IN ('machines_number_transition', 'machines_record_transition', 'recipe_commands_notify',
                       'recipe_commands_keep_machine'))
UNION ALL
SELECT format('column machine_state.%s is not known, and has no place in machines, where everything will be: move it '
              'to a table of its own, or drop it', attribute)
  FROM actual
 WHERE name = 'machine_state'
   AND attribute NOT IN (SELECT attribute FROM wanted WHERE wanted.name = 'machine_state')
UNION ALL
SELECT format('column %s.%s is generated: this plan writes it', name, attribute)
  FROM actual JOIN wanted USING (name, attribute) WHERE generated
UNION ALL
SELECT format('role %I is not the owner of %s and cannot change it: run this as %I, or GRANT %3$I TO %1$I',
              current_user, oid::regclass, pg_get_userbyid(relowner))
  FROM pg_class
 WHERE oid IN (to_regclass('machines'), to_regclass('machine_state'), to_regclass('machine_components'),
               to_regclass('recipe_commands'))
   AND NOT pg_has_role(relowner, 'USAGE')
UNION ALL
SELECT format('%s has no primary key (%s): ALTER TABLE %1$s ADD PRIMARY KEY (%2$s)', name, key)
  FROM (VALUES ('machines', 'id'), ('machine_state', 'machine_id')) AS keyed (name, key)
  JOIN actual USING (name)
 WHERE attribute = key
   AND NOT EXISTS (SELECT FROM pg_constraint
                    WHERE conrelid = actual.oid AND contype = 'p' AND pg_get_constraintdef(pg_constraint.oid)
                          = format('PRIMARY KEY (%I)', key))
UNION ALL
SELECT format('trigger %I on %s is not known: it would run for every row that this plan writes, and %s. Drop it%s',
              tgname, tgrelid::regclass,
              CASE tgrelid WHEN to_regclass('machine_state') THEN 'is lost when the table becomes a view'
                ELSE 'perhaps date or change it' END,
              CASE tgrelid WHEN to_regclass('machine_state') THEN ''
                ELSE ' or disable it for the time being; if it does no harm, say so with --force --reason' END)
  FROM pg_trigger, forced
 WHERE tgrelid IN (to_regclass('machines'), to_regclass('machine_state')) AND NOT tgisinternal
   AND (tgrelid = to_regclass('machine_state') OR tgenabled <> 'D' AND NOT forced.yes)
UNION ALL
SELECT format('%s on %s is not known (%s): %s', conname, conrelid::regclass, pg_get_constraintdef(oid),
              CASE
                WHEN confrelid = to_regclass('machine_state')
                THEN 'a view cannot be referenced; let it reference machines (id)'
                WHEN conrelid = to_regclass('machines')
                THEN 'Millwright names runs before anybody else knows them, so drop it'
                ELSE 'it is lost when machine_state becomes a view; drop it, or put it on machines' END)
  FROM pg_constraint
 WHERE contype = 'f'
   AND (confrelid = to_regclass('machine_state')
     OR conrelid = to_regclass('machines')
        AND conkey && ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid
                               AND attname IN ('status', 'current_process_id', 'updated_at'))
     OR conrelid = to_regclass('machine_state')
        AND pg_get_constraintdef(oid) !~ '^FOREIGN KEY \((machine_id|failure_component)\) REFERENCES \S*(machines|machine_components)\(id\)')
UNION ALL
SELECT format('constraint %I on %s is not known (%s): what this plan writes may not satisfy it, so drop it', conname,
              conrelid::regclass, pg_get_constraintdef(oid))
  FROM pg_constraint
 WHERE contype IN ('c', 'u', 'x')
   AND (conrelid = to_regclass('machine_state')
     OR conrelid = to_regclass('machines')
        AND conkey && ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid
                               AND attname IN ('status', 'current_process_id', 'updated_at')))
UNION ALL
SELECT format('row security is on for %s: its policies would end with the table, or hide rows from this plan. Turn it '
              'off (ALTER TABLE %1$s DISABLE ROW LEVEL SECURITY) and on again afterwards', oid::regclass)
  FROM pg_class WHERE oid IN (to_regclass('machines'), to_regclass('machine_state')) AND relrowsecurity
UNION ALL
SELECT format('publication %I holds machine_state, which a view cannot be in: ALTER PUBLICATION %1$I DROP TABLE '
              'machine_state; add machines to it', pubname)
  FROM pg_publication_rel JOIN pg_publication ON pg_publication.oid = prpubid
 WHERE prrelid = to_regclass('machine_state')
UNION ALL
SELECT DISTINCT format('%s reads the table machine_state, and would go on reading the old rows: drop it, and make it '
              'again after phase 04-cutover', ev_class::regclass)
  FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
 WHERE pg_depend.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
   AND refobjid = to_regclass('machine_state')
UNION ALL
SELECT * FROM (
\ir ../words.sql
) AS words
 ORDER BY 1;
