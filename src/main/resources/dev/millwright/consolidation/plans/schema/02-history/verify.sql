-- What differs from what 02-history makes. A function's body is compared by its MD5: where it differs,
-- somebody has changed the function.
WITH expected (subject, expected) AS (VALUES
  ('machine_transitions.machine_id', 'uuid not null'),
  ('machine_transitions.state_seq', 'bigint not null'),
  ('machine_transitions.transition_id', 'uuid not null'),
  ('machine_transitions.event', 'text not null'),
  ('machine_transitions.from_status', 'text not null'),
  ('machine_transitions.to_status', 'text not null'),
  ('machine_transitions.process_id', 'uuid'),
  ('machine_transitions.occurred_at', 'timestamp with time zone'),
  ('machine_transitions.recorded_at', 'timestamp with time zone not null default clock_timestamp()'),
  ('machine_transitions.detail', 'jsonb'),
  ('process_runs.machine_id', 'uuid'),
  ('process_runs.serial_number', 'text'),
  ('process_runs.process_id', 'uuid'),
  ('process_runs.started_at', 'timestamp with time zone'),
  ('process_runs.ended_at', 'timestamp with time zone'),
  ('process_runs.outcome', 'text'),
  ('process_runs.duration', 'interval'),
  ('process_runs.recipe', 'text'),
  ('process_runs.inferred', 'boolean'),
  ('process_runs.missed_runs', 'bigint'),
  ('process_runs.batch_id', 'text'),
  ('machine_transitions: PRIMARY KEY (machine_id, state_seq)', 'present'),
  ('machine_transitions: UNIQUE (transition_id)', 'present'),
  ('machine_transitions: index machine_transitions_process',
   'btree (process_id) WHERE (process_id IS NOT NULL)'),
  ('machine_transitions: index machine_transitions_batch',
   'btree (((detail ->> ''batch''::text))) WHERE ((detail ->> ''batch''::text) IS NOT NULL)'),
  ('machines: trigger machines_number_transition',
   'BEFORE UPDATE ON machines FOR EACH ROW EXECUTE FUNCTION machines_number_transition()'),
  ('machines: trigger machines_record_transition',
   'AFTER UPDATE ON machines FOR EACH ROW WHEN (old.state_seq IS DISTINCT FROM new.state_seq)'
   ' EXECUTE FUNCTION machines_record_transition()'),
  ('function machines_number_transition()',
   'as invoker, search_path ours then pg_temp, its owner''s alone, body 91752a8f755eb899a6b60365bf88f4a0'),
  ('function machines_record_transition()',
   'as owner, search_path ours then pg_temp, its owner''s alone, body 4bb9b4900eeae29b2b3e79bec800db6d'),
  ('function machines_record_transition(): its owner', 'may INSERT into machine_transitions'),
  ('machine_transitions: kind', 'table'),
  ('process_runs: kind', 'view')
), actual (subject, actual) AS (
  SELECT class.relname || '.' || attname,
         format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
           || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE NOT attisdropped
     AND class.oid IN (to_regclass('machine_transitions'), to_regclass('process_runs'))
  UNION ALL
  SELECT DISTINCT 'machine_transitions: ' || pg_get_constraintdef(oid), 'present'
    FROM pg_constraint
   WHERE conrelid = to_regclass('machine_transitions') AND contype IN ('p', 'u')
  UNION ALL
  SELECT 'machine_transitions: index ' || relname,
         substring(pg_get_indexdef(indexrelid) FROM ' USING (.*)$')
    FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
   WHERE indrelid = to_regclass('machine_transitions') AND indisvalid
  UNION ALL
  SELECT 'machines: trigger ' || tgname,
         substring(pg_get_triggerdef(oid, true) FROM ' ((BEFORE|AFTER) .*)$')
           || CASE tgenabled WHEN 'O' THEN '' WHEN 'A' THEN '' ELSE ' (disabled)' END
    FROM pg_trigger
   WHERE tgrelid = to_regclass('machines') AND NOT tgisinternal
  UNION ALL
  SELECT 'function ' || proname || '()',
         CASE WHEN prosecdef THEN 'as owner' ELSE 'as invoker' END || ', search_path '
           || CASE WHEN 'search_path=' || quote_ident(nspname) || ', pg_temp' = ANY (proconfig)
                   THEN 'ours then pg_temp' ELSE coalesce(proconfig::text, 'the caller''s') END
           || coalesce((
                SELECT ', also for ' || string_agg(
                         CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, ' and ' ORDER BY grantee)
                  FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
                 WHERE grantee <> proowner), ', its owner''s alone')
           || ', body ' || md5(prosrc)
    FROM pg_class AS class JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
    JOIN pg_proc ON pronamespace = schema.oid AND pronargs = 0
   WHERE class.oid = to_regclass('machines')
  UNION ALL
  -- Without that right no transition could be written, whoever writes it.
  SELECT 'function machines_record_transition(): its owner',
         CASE WHEN has_table_privilege(proowner, history.oid, 'INSERT')
              THEN 'may INSERT into machine_transitions'
              ELSE quote_ident(pg_get_userbyid(proowner)) || ', who may not' END
    FROM pg_class AS history JOIN pg_proc ON pronamespace = relnamespace AND pronargs = 0
   WHERE history.oid = to_regclass('machine_transitions')
     AND proname = 'machines_record_transition'
  UNION ALL
  -- What is unlogged is empty after a crash.
  SELECT relname || ': kind',
         CASE relpersistence WHEN 'u' THEN 'unlogged ' WHEN 't' THEN 'temporary ' ELSE '' END
           || CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table'
                           WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                           ELSE 'of kind ' || relkind::text END
    FROM pg_class WHERE oid IN (to_regclass('machine_transitions'), to_regclass('process_runs'))
)
SELECT subject, expected, coalesce(actual, 'missing') AS actual
  FROM expected LEFT JOIN actual USING (subject)
 WHERE actual IS DISTINCT FROM expected
UNION ALL
-- Who may write what the triggers and plans rely on, or hang a trigger of his own on it, acts as their owner.
SELECT granted.relation || ': rights of ' || grantee.name, 'SELECT at most',
       string_agg(DISTINCT privilege_type, ', ' ORDER BY privilege_type)
         || format(': REVOKE %s ON %s FROM %s', string_agg(DISTINCT privilege_type, ', ' ORDER BY privilege_type),
                   granted.relation, grantee.name)
  FROM (
       SELECT oid::regclass AS relation, relowner, acl.grantee, privilege_type
         FROM pg_class, aclexplode(relacl) AS acl
       UNION ALL
       SELECT attrelid::regclass, relowner, acl.grantee, privilege_type
         FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid, aclexplode(attacl) AS acl
       ) AS granted
 CROSS JOIN LATERAL (
       SELECT CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END) AS grantee (name)
 WHERE relation IN (to_regclass('machine_transitions'), to_regclass('millwright_phases'),
                    to_regclass('millwright_changes'), to_regclass('millwright_host_machines'))
   AND granted.grantee <> relowner AND privilege_type <> 'SELECT'
 GROUP BY granted.relation, grantee.name
 ORDER BY 1;
