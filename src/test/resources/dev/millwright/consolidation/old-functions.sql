-- The functions of document 001 as a site may have repaired them for itself: they work, write both tables, and have
-- no guard.
CREATE FUNCTION atomic_update_machine_state(
  p_machine_id uuid, p_machine_status text, p_current_process_id uuid DEFAULT NULL, p_failure_description text DEFAULT NULL)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  UPDATE machines
     SET status = p_machine_status, current_process_id = p_current_process_id, updated_at = now()
   WHERE id = p_machine_id;
  INSERT INTO machine_state (machine_id, current_state, process_id, state_since, is_failure_mode,
    failure_description, updated_at)
  VALUES (p_machine_id, upper(p_machine_status), p_current_process_id, now(), p_machine_status = 'error',
    p_failure_description, now())
      ON CONFLICT (machine_id) DO UPDATE SET
         current_state = excluded.current_state, process_id = excluded.process_id,
         state_since = excluded.state_since, is_failure_mode = excluded.is_failure_mode,
         failure_description = excluded.failure_description, updated_at = excluded.updated_at;
  RETURN json_build_object('success', true);
END
$$;

CREATE FUNCTION atomic_complete_machine_state(p_machine_id uuid) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN atomic_update_machine_state(p_machine_id, 'idle');
END
$$;

CREATE FUNCTION atomic_error_machine_state(p_machine_id uuid, p_error_message text)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN atomic_update_machine_state(p_machine_id, 'error', p_failure_description => p_error_message);
END
$$;

CREATE FUNCTION atomic_processing_machine_state(p_machine_id uuid, p_process_id uuid)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN atomic_update_machine_state(p_machine_id, 'processing', p_process_id);
END
$$;
