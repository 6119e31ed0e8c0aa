-- Nobody writes between the look at the rows and their change. Settings consolidation.tables and consolidation.mode
-- say what is locked, and how. Times are kept in a form that does not depend on who keeps them.
SELECT set_config('TimeZone', 'UTC', true);
DO $$
DECLARE
  name text;
BEGIN
  -- In the order in which the old programs write. What is missing, or not ours, is a reason of check.sql.
  FOR name IN SELECT oid::regclass FROM pg_class
               WHERE oid IN (SELECT to_regclass(told)
                               FROM unnest(string_to_array(current_setting('consolidation.tables'), ' ')) AS told)
                 AND relkind = 'r' AND pg_has_role(relowner, 'USAGE') AND NOT pg_is_in_recovery()
               ORDER BY relname = 'machines' DESC, relname LOOP
    EXECUTE format('LOCK TABLE %s IN %s MODE', name, current_setting('consolidation.mode'));
  END LOOP;
END
$$;
