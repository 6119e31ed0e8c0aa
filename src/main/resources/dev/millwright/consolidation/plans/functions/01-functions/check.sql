-- Reasons against making the functions here.
WITH old AS (
  SELECT * FROM pg_proc
   WHERE pronamespace = quote_ident(current_schema())::regnamespace
     AND proname IN ('atomic_update_machine_state', 'atomic_complete_machine_state',
                     'atomic_error_machine_state', 'atomic_processing_machine_state')
)
SELECT 'table machines is missing: apply plan schema first' AS reason
 WHERE to_regclass('machines') IS NULL
UNION ALL
SELECT format('table machines has no enabled trigger %s, which numbers and records what the functions '
              'write: apply plan schema first or, in an old installation, plan consolidation', name)
  FROM unnest(ARRAY['machines_number_transition', 'machines_record_transition']) AS name
 WHERE to_regclass('machines') IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_trigger
                    WHERE tgrelid = to_regclass('machines') AND tgname = name AND tgenabled IN ('O', 'A'))
UNION ALL
SELECT 'machine_state is a table, which the functions would leave behind: apply plan consolidation to its '
       'cut-over first, which makes it a view'
 WHERE EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('machine_state') AND relkind IN ('r', 'p'))
UNION ALL
SELECT format('function %s belongs to %s: run this as that role, so that it can be renamed',
              oid::regprocedure, proowner::regrole)
  FROM old WHERE NOT pg_has_role(proowner, 'USAGE')
UNION ALL
SELECT format('function %s exists already: it was kept by an earlier application of this plan; drop it, '
              'or give it its name back', oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = quote_ident(current_schema())::regnamespace
   AND proname LIKE 'atomic\_%\_machine\_state\_replaced'
UNION ALL
-- The old functions ran with their owner's rights.
SELECT DISTINCT format('role %s may call %s, which changes machines with its owner''s rights; the new one '
                       'needs its caller''s: GRANT SELECT, UPDATE ON machines TO %1$s, or revoke the call',
                       grantee::regrole, proname)
  FROM old, aclexplode(proacl)
 WHERE prosecdef AND grantee <> 0 AND to_regclass('machines') IS NOT NULL
   AND NOT (has_table_privilege(grantee, to_regclass('machines'), 'SELECT')
            AND has_table_privilege(grantee, to_regclass('machines'), 'UPDATE'))
UNION ALL
-- As every function, unless somebody has said otherwise. Nobody can tell who calls it.
SELECT format('everybody may call %s, which changes machines with its owner''s rights; the new one needs its '
              'caller''s: REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC, and to the roles that call it GRANT EXECUTE '
              'on it, and SELECT, UPDATE ON machines', oid::regprocedure)
  FROM old
 WHERE prosecdef AND has_function_privilege('public', oid, 'EXECUTE');
