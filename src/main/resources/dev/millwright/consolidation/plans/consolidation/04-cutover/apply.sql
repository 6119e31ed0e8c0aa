SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('consolidation.phase', '04-cutover', true);

\ir ../03-copy/merge.sql
-- Where nothing held on to the machines there may be rows without one. They are for the way back.
INSERT INTO consolidation_left (phase, machine_id)
SELECT '04-cutover', machine_id FROM machine_state WHERE NOT EXISTS (SELECT FROM machines WHERE id = machine_id);

-- The old table stays under another name: as it was, for the way back, and as the list of the machines that have a
-- row in the old sense. It must not hold on to machines that are deleted.
DO $$
DECLARE
  key record;
BEGIN
  FOR key IN SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
              WHERE conrelid = 'machine_state'::regclass AND contype = 'f' ORDER BY conname LOOP
    PERFORM consolidation_change('04-cutover',
      format('ALTER TABLE machine_state DROP CONSTRAINT %I', key.conname),
      format('ALTER TABLE machine_state ADD CONSTRAINT %I %s', key.conname, key.definition));
  END LOOP;
END
$$;
ALTER TABLE machine_state RENAME TO machine_state_before_consolidation;

-- An INSERT by the view has no serial_number, nor what else a site wants in a row of machines. PostgreSQL asks for it
-- before it looks for a conflict, so it comes from the row that is there.
CREATE FUNCTION consolidation_insert_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  found_row machines;
  told      machines := NEW;
  first_row boolean;
BEGIN
  -- Whoever writes the machine now is waited for here, before anything else: what he says is kept, and two who
  -- insert at once take the same order.
  SELECT * INTO found_row FROM machines WHERE id = NEW.id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no machine with id %', NEW.id
      USING ERRCODE = 'foreign_key_violation',
            HINT = 'Insert a row with a serial_number into machines first.';
  END IF;
  -- The view's default: nothing was said of the state, so it is what it is.
  told.status := consolidation_status(CASE NEW.status WHEN '' THEN found_row.status ELSE NEW.status END);
  IF told.status = found_row.status AND told.status = 'processing' THEN
    told.current_process_id := coalesce(NEW.current_process_id, found_row.current_process_id);
  END IF;
  PERFORM consolidation_count('insert into machine_state');

  INSERT INTO machine_state_before_consolidation (machine_id) VALUES (NEW.id) ON CONFLICT (machine_id) DO NOTHING;
  GET DIAGNOSTICS first_row = ROW_COUNT;
  IF first_row THEN
    -- It has no row in the old sense, so there is no conflict, whatever the statement says of one.
    UPDATE machines
       SET status = told.status, current_process_id = told.current_process_id,
           state_since = coalesce(told.state_since, machines.state_since),
           is_failure_mode = told.is_failure_mode OR told.status = machines.status AND machines.is_failure_mode,
           failure_component = coalesce(told.failure_component,
             CASE WHEN told.status = machines.status THEN machines.failure_component END),
           failure_description = coalesce(told.failure_description,
             CASE WHEN told.status = machines.status THEN machines.failure_description END),
           updated_at = coalesce(told.updated_at, clock_timestamp())
     WHERE id = NEW.id;
    -- For the way back: if nobody writes it again, this is what it says.
    UPDATE machine_state_before_consolidation
       SET (current_state, process_id, state_since, is_failure_mode, failure_component, failure_description, updated_at)
           = (SELECT status, current_process_id, machines.state_since, machines.is_failure_mode,
                     machines.failure_component, machines.failure_description, machines.updated_at
                FROM machines WHERE id = NEW.id)
     WHERE machine_id = NEW.id;
    RETURN NULL;
  END IF;

  found_row.status := told.status;
  found_row.current_process_id := told.current_process_id;
  found_row.state_since := told.state_since;
  found_row.is_failure_mode := told.is_failure_mode;
  found_row.failure_component := told.failure_component;
  found_row.failure_description := told.failure_description;
  found_row.updated_at := told.updated_at;
  RETURN found_row;
END
$$;
-- What the old programs delete is the second place of the fact. The machine, and what it does, remain.
CREATE FUNCTION consolidation_delete_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM machine_state_before_consolidation WHERE machine_id = OLD.machine_id;
  PERFORM consolidation_count('delete from machine_state');
  RETURN OLD;
END
$$;
SELECT set_config('millwright.made', 'consolidation_insert_state(); consolidation_delete_state()', true);
\ir ../../schema/private.sql

\ir view.sql

-- By the view, or by whoever may use it: a right to insert machines is none to change them.
CREATE TRIGGER machines_0_insert_state BEFORE INSERT ON machines
  FOR EACH ROW WHEN (NEW.serial_number IS NULL AND has_any_column_privilege('machine_state'::regclass, 'INSERT'))
  EXECUTE FUNCTION consolidation_insert_state();
