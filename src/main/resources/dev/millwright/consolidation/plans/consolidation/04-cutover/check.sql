-- Reasons against putting a view in machine_state's place.
SELECT 'phase 03-copy is not applied: apply it first' AS reason
 WHERE NOT EXISTS (SELECT FROM pg_proc WHERE proname = 'consolidation_written_since'
                      AND pronamespace = quote_ident(current_schema())::regnamespace)
UNION ALL
SELECT 'machine_state is not an ordinary table: bring the table back, or roll back to phase 02-columns'
 WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('machine_state') AND relkind = 'r')
UNION ALL
SELECT format('machine_state belongs to %I, who may not %s machines, as the view that takes its place does: '
              'GRANT %2$s ON machines TO %1$I', pg_get_userbyid(relowner), privilege)
  FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS privilege
 WHERE oid = to_regclass('machine_state') AND NOT has_table_privilege(relowner, to_regclass('machines'), privilege)
UNION ALL
SELECT format('%s is not known to this plan and came since the first phase: see what "migrate plan" said of it there, '
              'and drop it', what)
  FROM (SELECT format('trigger %I on machine_state', tgname) FROM pg_trigger
         WHERE tgrelid = to_regclass('machine_state') AND NOT tgisinternal
           AND tgname NOT IN ('machine_state_1_normalise', 'machine_state_2_date')
        UNION ALL
        SELECT format('constraint %I on %s', conname, conrelid::regclass) FROM pg_constraint
         WHERE contype = 'f' AND confrelid = to_regclass('machine_state')
        UNION ALL
        SELECT format('%s, which reads machine_state,', ev_class::regclass)
          FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
         WHERE pg_depend.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
           AND refobjid = to_regclass('machine_state')
        UNION ALL
        SELECT format('column machine_state.%I', attname) FROM pg_attribute
         WHERE attrelid = to_regclass('machine_state') AND attnum > 0 AND NOT attisdropped
           AND attname NOT IN ('machine_id', 'current_state', 'process_id', 'state_since', 'is_failure_mode',
                               'failure_component', 'failure_description', 'updated_at')) AS found (what);
