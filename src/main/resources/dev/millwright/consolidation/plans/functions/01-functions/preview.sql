-- Who may call the functions that are here already: while they are kept under another name, only their owner may.
SELECT proname || '(' || oidvectortypes(proargtypes) || ')' AS table_name,
       CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee)::text END AS row_key,
       'EXECUTE' AS column_name,
       CASE WHEN bool_or(is_grantable) THEN 'granted with grant option' ELSE 'granted' END AS before,
       NULL AS after,
       'kept as ' || proname || '_replaced; given back on the way back' AS why
  FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
 WHERE pronamespace = quote_ident(current_schema())::regnamespace AND grantee <> proowner
   AND proname IN ('atomic_update_machine_state', 'atomic_complete_machine_state',
                   'atomic_error_machine_state', 'atomic_processing_machine_state')
 GROUP BY proname, proargtypes, grantee
 ORDER BY 1, 2
