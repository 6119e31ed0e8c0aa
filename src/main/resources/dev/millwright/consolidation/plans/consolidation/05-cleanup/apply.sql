SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
LOCK TABLE machine_state IN ACCESS EXCLUSIVE MODE;
LOCK TABLE machines, recipe_commands IN ACCESS EXCLUSIVE MODE;

-- The archive, and the way back.
ALTER TABLE machine_state_before_consolidation RENAME TO machine_state_archive;
COMMENT ON FUNCTION consolidation_undo(text) IS 'With the tables of the same first word and machine_state_archive: the way back of plan consolidation';

-- Nobody is left whose words would have to be read.
DO $$
DECLARE
  helper record;
BEGIN
  FOR helper IN
    SELECT tgname, tgrelid::regclass AS tab, pg_get_triggerdef(pg_trigger.oid) AS definition
      FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
     WHERE tgrelid IN ('machines'::regclass, 'recipe_commands'::regclass) AND proname LIKE 'consolidation\_%'
     ORDER BY tgname
  LOOP
    PERFORM consolidation_change('05-cleanup', format('DROP TRIGGER %I ON %s', helper.tgname, helper.tab),
                                 helper.definition);
  END LOOP;
END
$$;
DROP VIEW machine_state;
