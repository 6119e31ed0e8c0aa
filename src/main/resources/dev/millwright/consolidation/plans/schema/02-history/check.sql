-- Reasons against creating the history here.
SELECT 'table machines is missing: apply phase 01-machines first' AS reason
 WHERE to_regclass('machines') IS NULL
UNION ALL
SELECT format('%s exists already, but millwright_phases does not say that this plan made it: '
              'rename or drop it', name)
  FROM unnest(ARRAY['machine_transitions', 'process_runs']) AS name
 WHERE to_regclass(name) IS NOT NULL
UNION ALL
SELECT format('function %s exists already, but millwright_phases does not say that this plan made it: '
              'drop it', oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = quote_ident(current_schema())::regnamespace
   AND proname IN ('machines_number_transition', 'machines_record_transition');
