-- Rows that are not as 01-normalise leaves them, and as its triggers keep them. With the last phase
-- machine_state is gone, so it is asked for by name.
SELECT subject, expected, actual
  FROM (VALUES
         ('machines', 'id', 'status', 'current_process_id'),
         ('machine_state', 'machine_id', 'current_state', 'process_id')) AS found (name, id, status, process),
       xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass(name) IS NULL THEN 'SELECT WHERE false' ELSE format($query$
           SELECT machines.serial_number || ': %1$s.%3$s' AS subject, 'lower case, no white space' AS expected,
                  coalesce(quote_literal(told.%3$I), 'null') AS actual
             FROM %1$I AS told JOIN machines ON machines.id = told.%2$I
            WHERE told.%3$I IS DISTINCT FROM nullif(lower(regexp_replace(told.%3$I, '^\s+|\s+$', '', 'g')), '')
               OR told.%3$I IS NULL
           UNION ALL
           SELECT machines.serial_number || ': %1$s.%4$s',
                  CASE told.%3$I WHEN 'idle' THEN 'none, as it is idle' ELSE 'one, as it is processing' END,
                  coalesce(told.%4$I::text, 'none')
             FROM %1$I AS told JOIN machines ON machines.id = told.%2$I
            WHERE told.%3$I = 'idle' AND told.%4$I IS NOT NULL
               OR told.%3$I = 'processing' AND told.%4$I IS NULL
           $query$, name, id, status, process) END, false, false, '')
         COLUMNS subject text, expected text, actual text) AS wrong
UNION ALL
SELECT 'machines: trigger machines_1_normalise', 'present', 'missing'
 WHERE NOT EXISTS (
       SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('machines') AND tgname = 'machines_1_normalise' AND tgenabled IN ('O', 'A'))
   -- After the last phase nobody is left whose words would have to be read.
   AND to_regclass('machine_state') IS NOT NULL
UNION ALL
-- Who may write these tables, or call these functions, acts as their owner.
SELECT name || ': rights of ' || grantee_name, CASE kind WHEN 'TABLE' THEN 'SELECT at most' ELSE 'none' END,
       string_agg(privilege_type, ', ' ORDER BY privilege_type)
         || format(': REVOKE ALL ON %s %s FROM %s', kind, name, grantee_name)
  FROM (SELECT 'TABLE' AS kind, oid::regclass::text AS name, relowner AS owner, relacl AS acl
          FROM pg_class
         WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'v')
           AND (relname LIKE 'consolidation\_%' OR relname = 'millwright_foreign_writers')
        UNION ALL
        SELECT 'FUNCTION', oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
          FROM pg_proc
         WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname LIKE 'consolidation\_%'
       ) AS ours, aclexplode(acl) AS granted,
       LATERAL (SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) AS named (grantee_name)
 WHERE grantee <> owner AND NOT (kind = 'TABLE' AND privilege_type = 'SELECT')
 GROUP BY kind, name, grantee_name
 ORDER BY 1;
