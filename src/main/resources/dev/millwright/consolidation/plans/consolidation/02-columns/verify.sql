-- What differs from what 02-columns makes: plan schema's shape, and until the last phase the triggers for old programs.
SELECT * FROM (
\ir ../../schema/01-machines/verify.sql
) AS machines
UNION ALL
SELECT * FROM (
\ir ../../schema/02-history/verify.sql
) AS history
UNION ALL
SELECT * FROM (
\ir ../../schema/03-commands/verify.sql
) AS commands
UNION ALL
SELECT * FROM (
\ir ../../schema/04-recipes/verify.sql
) AS recipes
UNION ALL
SELECT 'machines: trigger ' || name, 'present', 'missing'
  FROM unnest(ARRAY['machines_2_complete', 'machines_3_leave_error', 'machines_4_count']) AS name
 WHERE NOT EXISTS (
       SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('machines') AND tgname = name AND tgenabled IN ('O', 'A'))
   AND to_regclass('machine_state') IS NOT NULL
 ORDER BY 1;
