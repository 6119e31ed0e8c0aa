DROP FUNCTION atomic_complete_machine_state(uuid, uuid);
DROP FUNCTION atomic_error_machine_state(uuid, text, uuid, uuid);
DROP FUNCTION atomic_processing_machine_state(uuid, uuid);
DROP FUNCTION atomic_update_machine_state(
  uuid, text, uuid, text, uuid, boolean, text, uuid, uuid, text);

-- Those that were here before are called by their own names again.
DO $$
DECLARE
  kept regprocedure;
BEGIN
  FOR kept IN
    SELECT oid FROM pg_proc
     WHERE pronamespace = quote_ident(current_schema())::regnamespace
       AND proname LIKE 'atomic\_%\_machine\_state\_replaced'
  LOOP
    EXECUTE format('ALTER FUNCTION %s RENAME TO %I', kept,
                   (SELECT regexp_replace(proname, '_replaced$', '') FROM pg_proc WHERE oid = kept));
  END LOOP;
END
$$;
