-- Nobody writes between the look at the rows and their change.
-- Times are kept in a form that does not depend on who keeps them.
SELECT set_config('TimeZone', 'UTC', true);
DO $$
DECLARE
  name text;
BEGIN
  -- In the order in which the old programs write. What is missing, or not ours, is a reason of check.sql.
  FOR name IN SELECT oid::regclass FROM pg_class
               WHERE oid IN (to_regclass('machines'), to_regclass('machine_state'), to_regclass('machine_components'),
                           to_regclass('recipe_commands'))
                 AND relkind = 'r' AND pg_has_role(relowner, 'USAGE') AND NOT pg_is_in_recovery()
               ORDER BY relname = 'machines' DESC, relname LOOP
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', name);
  END LOOP;
END
$$;
