-- What differs from what 01-functions makes. Who else may call them is the site's business, but not everybody.
WITH expected (subject, expected) AS (VALUES
  ('function atomic_update_machine_state(uuid, text, uuid, text, uuid, boolean, text, uuid, uuid, text)',
   'as invoker, search_path ours then pg_temp, not for PUBLIC, body a4588af6756d29c3003a2a94b19a34c4'),
  ('function atomic_complete_machine_state(uuid, uuid)',
   'as invoker, search_path ours then pg_temp, not for PUBLIC, body 13a02bac716476a2da9d9995d638c99f'),
  ('function atomic_error_machine_state(uuid, text, uuid, uuid)',
   'as invoker, search_path ours then pg_temp, not for PUBLIC, body 98fd44b15b87f885d66c3fb44a574a21'),
  ('function atomic_processing_machine_state(uuid, uuid)',
   'as invoker, search_path ours then pg_temp, not for PUBLIC, body 06f330dfc4a0c5b53fe752ec288a1ac2')
), ours AS (
  SELECT pg_proc.*, nspname FROM pg_class AS class JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
    JOIN pg_proc ON pronamespace = schema.oid
   WHERE class.oid = to_regclass('machines')
), actual (subject, actual) AS (
  SELECT 'function ' || proname || '(' || oidvectortypes(proargtypes) || ')',
         CASE WHEN prosecdef THEN 'as owner' ELSE 'as invoker' END || ', search_path '
           || CASE WHEN 'search_path=' || quote_ident(nspname) || ', pg_temp' = ANY (proconfig)
                   THEN 'ours then pg_temp' ELSE coalesce(proconfig::text, 'the caller''s') END
           || CASE WHEN has_function_privilege('public', oid, 'EXECUTE')
                   THEN ', for PUBLIC' ELSE ', not for PUBLIC' END
           || ', body ' || md5(prosrc)
    FROM ours
)
SELECT subject, expected, coalesce(actual, 'missing') AS actual
  FROM expected LEFT JOIN actual USING (subject)
 WHERE actual IS DISTINCT FROM expected
UNION ALL
-- What is kept for the way back.
SELECT 'function ' || proname || '(' || oidvectortypes(proargtypes) || ')', 'for its owner alone',
       'for ' || string_agg(DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, ', ')
  FROM ours, aclexplode(coalesce(proacl, acldefault('f', proowner)))
 WHERE proname LIKE 'atomic\_%\_machine\_state\_replaced' AND grantee <> proowner
 GROUP BY proname, proargtypes
 ORDER BY 1;
