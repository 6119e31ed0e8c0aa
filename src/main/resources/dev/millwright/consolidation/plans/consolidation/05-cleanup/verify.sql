-- What differs from what 05-cleanup makes.
SELECT 'machine_state' AS subject, 'gone' AS expected, 'present' AS actual
 WHERE to_regclass('machine_state') IS NOT NULL
UNION ALL
SELECT 'machine_state_archive', 'present, as the way back', 'missing'
 WHERE to_regclass('machine_state_archive') IS NULL
UNION ALL
SELECT 'machines: trigger ' || tgname, 'gone', 'present'
  FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
 WHERE tgrelid IN (to_regclass('machines'), to_regclass('recipe_commands')) AND proname LIKE 'consolidation\_%';
