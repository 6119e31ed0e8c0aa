-- Functions of these names that are here already are kept under another name: the way back gives them their names
-- and grants again.
DO $$
DECLARE
  replaced regprocedure;
BEGIN
  FOR replaced IN
    SELECT oid FROM pg_proc
     WHERE pronamespace = quote_ident(current_schema())::regnamespace
       AND proname IN ('atomic_update_machine_state', 'atomic_complete_machine_state',
                       'atomic_error_machine_state', 'atomic_processing_machine_state')
  LOOP
    EXECUTE format('ALTER FUNCTION %s RENAME TO %I', replaced,
                   (SELECT proname || '_replaced' FROM pg_proc WHERE oid = replaced));
  END LOOP;
END
$$;

-- The functions keep the search_path of this moment, narrowed to our schema; pg_temp is last, so that
-- no temporary table takes a table's place.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- The parameters up to p_failure_description are those of the old functions. The old tables' two
-- facts are one now: what a caller says of machine_state has to agree with what he says of machines.
-- What cannot be done is returned with its reason, not raised: old callers answer an exception with
-- two unguarded writes of their own.
CREATE FUNCTION atomic_update_machine_state(
  p_machine_id                  uuid,
  p_machine_status              text,
  p_current_process_id          uuid    DEFAULT NULL,
  p_machine_state_current_state text    DEFAULT NULL,
  p_machine_state_process_id    uuid    DEFAULT NULL,
  p_is_failure_mode             boolean DEFAULT false,
  p_failure_description         text    DEFAULT NULL,
  p_failure_component           uuid    DEFAULT NULL,
  -- The run that the caller means: no other one is touched.
  p_expected_process_id         uuid    DEFAULT NULL,
  -- How a run ended that is over: complete or stop.
  p_event                       text    DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY INVOKER SET search_path FROM CURRENT AS $$
DECLARE
  wanted  text := lower(btrim(p_machine_status));
  machine machines%ROWTYPE;
  running boolean;
  refusal text;
  event   text;
  written boolean := false;
BEGIN
  -- Two callers at once take turns here, and the second one sees what the first one did.
  SELECT * INTO machine FROM machines WHERE id = p_machine_id FOR NO KEY UPDATE;
  running := machine.current_process_id IS NOT NULL AND machine.status IN ('processing', 'offline');

  refusal := CASE
    WHEN machine.id IS NULL THEN
      format('there is no machine %s that role %s may change',
             coalesce(p_machine_id::text, 'NULL'), current_user)
    WHEN wanted IS NULL OR wanted NOT IN ('offline', 'idle', 'processing', 'error') THEN
      format('status %s is none of offline, idle, processing, error',
             coalesce(quote_literal(p_machine_status), 'NULL'))
    WHEN lower(btrim(p_machine_state_current_state)) <> wanted THEN
      format('machine_state is to be %L and machines %L: a machine has one status',
             p_machine_state_current_state, p_machine_status)
    WHEN p_machine_state_process_id <> p_current_process_id
         OR (p_machine_state_process_id IS NOT NULL AND p_current_process_id IS NULL) THEN
      format('machine_state is to have process %s and machines %s: a machine has one process',
             p_machine_state_process_id, coalesce(p_current_process_id::text, 'none'))
    WHEN p_event NOT IN ('complete', 'stop') OR (p_event IS NOT NULL AND wanted <> 'idle') THEN
      format('event %L does not lead to %s: complete and stop lead to idle', p_event, wanted)
    WHEN p_is_failure_mode AND wanted IN ('idle', 'processing') THEN
      format('%s is no failure mode: set status error', wanted)
    WHEN p_current_process_id IS NULL AND wanted = 'processing' THEN
      'processing needs a process id'
    WHEN p_current_process_id IS NOT NULL AND wanted <> 'processing' THEN
      format('%s takes no process id; to name the run that is meant, use p_expected_process_id', wanted)
    WHEN p_expected_process_id <> machine.current_process_id THEN
      format('machine %s runs process %s, not %s: a late call changes no other run',
             machine.serial_number, machine.current_process_id, p_expected_process_id)
    WHEN p_expected_process_id IS NOT NULL AND machine.current_process_id IS NULL THEN
      format('machine %s (%s) runs no process, so not %s',
             machine.serial_number, machine.status, p_expected_process_id)
    WHEN wanted = 'processing' AND running AND machine.current_process_id <> p_current_process_id THEN
      format('machine %s is busy with process %s: stop it or let it end first',
             machine.serial_number, machine.current_process_id)
    WHEN machine.status = 'error' AND (wanted = 'processing' OR p_event IS NOT NULL) THEN
      format('machine %s is in error (%s): reset it first, by status idle',
             machine.serial_number, coalesce(machine.failure_description, 'no description'))
    WHEN p_event IS NOT NULL AND NOT running THEN
      format('machine %s is %s: there is no run to %s', machine.serial_number, machine.status, p_event)
  END;
  -- Asked only where one is given: nobody else needs a right to this table.
  IF refusal IS NULL AND p_failure_component IS NOT NULL THEN
    IF wanted <> 'error' OR NOT EXISTS (
         SELECT FROM machine_components
          WHERE id = p_failure_component AND machine_id = p_machine_id) THEN
      refusal := format('component %s is none of machine %s''s, or its status is not to be error',
                        p_failure_component, machine.serial_number);
    END IF;
  END IF;

  -- Null: it is so already.
  event := CASE wanted
    WHEN 'processing' THEN
      CASE WHEN machine.status = 'processing' THEN NULL
           WHEN running THEN 'link_found' ELSE 'start' END
    WHEN 'error' THEN CASE WHEN machine.status <> 'error' THEN 'error' END
    WHEN 'offline' THEN CASE WHEN machine.status <> 'offline' THEN 'link_lost' END
    WHEN 'idle' THEN
      CASE WHEN running THEN coalesce(p_event, 'stop')
           WHEN machine.status = 'error' THEN 'reset'
           WHEN machine.status = 'offline' THEN 'link_found'
           WHEN machine.is_failure_mode OR machine.failure_component IS NOT NULL
                OR machine.failure_description IS NOT NULL THEN 'reset' END
  END;

  IF refusal IS NULL AND event IS NOT NULL THEN
    UPDATE machines
       SET status = wanted,
           current_process_id = CASE wanted WHEN 'processing' THEN p_current_process_id
                                            WHEN 'offline' THEN current_process_id END,
           state_since = clock_timestamp(),
           is_failure_mode = CASE wanted WHEN 'offline' THEN is_failure_mode ELSE wanted = 'error' END,
           failure_component = CASE wanted WHEN 'offline' THEN failure_component
                                           WHEN 'error' THEN p_failure_component END,
           failure_description = CASE wanted
             WHEN 'offline' THEN failure_description
             WHEN 'error' THEN coalesce(nullif(btrim(p_failure_description), ''),
                                        'no description given by the caller') END,
           state_seq = state_seq + 1,
           last_event = event,
           last_transition_id = gen_random_uuid(),
           last_detail = jsonb_strip_nulls(jsonb_build_object(
             'source', 'function',
             'user', session_user::text,
             'role', nullif(current_user::text, session_user::text),
             'application', current_setting('application_name'),
             'address', host(inet_client_addr()),
             -- The cycle stays known, or runs that nobody saw could not be proved later.
             'cycle', last_detail -> 'cycle',
             'recipe', CASE WHEN running THEN last_detail -> 'recipe' END,
             'batch', CASE WHEN running THEN last_detail -> 'batch' END,
             -- Status idle alone does not say how the run ended.
             'outcome', CASE WHEN running AND wanted = 'idle' AND p_event IS NULL
                             THEN 'unknown' END)),
           updated_at = clock_timestamp()
     WHERE id = p_machine_id AND state_seq = machine.state_seq
    RETURNING * INTO machine;
    written := FOUND;
    IF NOT written THEN
      refusal := format('machine %s could not be written: a trigger or policy of this database is '
                        'against it', p_machine_id);
    END IF;
  END IF;

  RETURN json_build_object(
    'success', refusal IS NULL,
    'error', refusal,
    'changed', written,
    'machine_id', p_machine_id,
    'status', machine.status,
    'process_id', machine.current_process_id,
    'state_seq', machine.state_seq,
    'transition_id', machine.last_transition_id,
    'updated_at', machine.updated_at,
    'machine', CASE WHEN machine.id IS NOT NULL THEN to_json(machine) END,
    -- The same facts under their old names.
    'machine_state', CASE WHEN machine.id IS NOT NULL THEN json_build_object(
      'machine_id', machine.id,
      'current_state', machine.status,
      'process_id', machine.current_process_id,
      'state_since', machine.state_since,
      'is_failure_mode', machine.is_failure_mode,
      'failure_component', machine.failure_component,
      'failure_description', machine.failure_description,
      'updated_at', machine.updated_at) END);
END
$$;

CREATE FUNCTION atomic_complete_machine_state(p_machine_id uuid, p_process_id uuid DEFAULT NULL)
RETURNS json LANGUAGE sql SECURITY INVOKER SET search_path FROM CURRENT AS $$
  SELECT atomic_update_machine_state(p_machine_id, 'idle', p_expected_process_id => p_process_id,
                                     p_event => 'complete')
$$;

CREATE FUNCTION atomic_error_machine_state(
  p_machine_id uuid, p_error_message text, p_process_id uuid DEFAULT NULL,
  p_failure_component uuid DEFAULT NULL)
RETURNS json LANGUAGE sql SECURITY INVOKER SET search_path FROM CURRENT AS $$
  SELECT atomic_update_machine_state(p_machine_id, 'error', p_failure_description => p_error_message,
                                     p_failure_component => p_failure_component,
                                     p_expected_process_id => p_process_id)
$$;

CREATE FUNCTION atomic_processing_machine_state(p_machine_id uuid, p_process_id uuid)
RETURNS json LANGUAGE sql SECURITY INVOKER SET search_path FROM CURRENT AS $$
  SELECT atomic_update_machine_state(p_machine_id, 'processing', p_process_id)
$$;

COMMENT ON FUNCTION atomic_update_machine_state IS 'Changes a machine''s state by one guarded UPDATE; says what became of it';
COMMENT ON FUNCTION atomic_complete_machine_state IS 'The run p_process_id is complete; without one, whichever runs';
COMMENT ON FUNCTION atomic_error_machine_state IS 'The machine has failed; with p_process_id, while it ran that';
COMMENT ON FUNCTION atomic_processing_machine_state IS 'The machine has started p_process_id';

-- They run with their caller's rights. Who may change machines, or might call what was here before,
-- may call them; nobody else by default.
SELECT set_config('millwright.made',
  'atomic_update_machine_state(uuid, text, uuid, text, uuid, boolean, text, uuid, uuid, text); '
  'atomic_complete_machine_state(uuid, uuid); atomic_error_machine_state(uuid, text, uuid, uuid); '
  'atomic_processing_machine_state(uuid, uuid)', true);
\ir ../../schema/private.sql

DO $$
DECLARE
  caller regrole;
BEGIN
  FOR caller IN
    SELECT grantee
      FROM pg_class, aclexplode(relacl)
     WHERE oid = to_regclass('machines') AND privilege_type = 'UPDATE' AND grantee <> 0
    UNION
    SELECT grantee
      FROM pg_attribute, aclexplode(attacl)
     WHERE attrelid = to_regclass('machines') AND privilege_type = 'UPDATE' AND grantee <> 0
    UNION
    SELECT grantee
      FROM pg_proc, aclexplode(proacl)
     WHERE pronamespace = quote_ident(current_schema())::regnamespace
       AND proname LIKE 'atomic\_%\_machine\_state\_replaced' AND grantee <> 0
  LOOP
    EXECUTE format(
      'GRANT EXECUTE ON FUNCTION atomic_update_machine_state, atomic_complete_machine_state, '
      'atomic_error_machine_state, atomic_processing_machine_state TO %s', caller);
  END LOOP;
END
$$;

-- Who called what is kept would write past the guard, perhaps with its owner's rights. millwright_changes has the
-- grants.
DO $$
DECLARE
  granted record;
BEGIN
  FOR granted IN
    SELECT pg_proc.oid::regprocedure AS kept,
           CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee
      FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
     WHERE pronamespace = quote_ident(current_schema())::regnamespace
       AND proname LIKE 'atomic\_%\_machine\_state\_replaced' AND grantee <> proowner
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s CASCADE', granted.kept, granted.grantee);
  END LOOP;
END
$$;
