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

DO $$
DECLARE
  granted record;
BEGIN
  FOR granted IN
    SELECT table_name AS function, row_key AS role, before = 'granted with grant option' AS grantable
      FROM millwright_changes
     WHERE plan = 'functions' AND phase = '01-functions'
  LOOP
    IF to_regprocedure(granted.function) IS NULL THEN
      RAISE WARNING 'function % is gone: role % cannot be given its right to call it', granted.function, granted.role;
    ELSIF granted.role <> 'public' AND to_regrole(quote_ident(granted.role)) IS NULL THEN
      RAISE WARNING 'role % is gone: its right to call % is not given back', granted.role, granted.function;
    ELSE
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s%s', granted.function,
                     CASE granted.role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(granted.role) END,
                     CASE WHEN granted.grantable THEN ' WITH GRANT OPTION' END);
    END IF;
  END LOOP;
END
$$;
