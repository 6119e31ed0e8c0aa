SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- How to get back: statements, undone from the last to the first.
CREATE TABLE consolidation_undo (
  phase     text    NOT NULL,
  step      integer NOT NULL,
  statement text    NOT NULL,
  PRIMARY KEY (phase, step)
);
COMMENT ON TABLE consolidation_undo IS 'How to undo what the phases of plan consolidation did to the schema, from the last step to the first';

CREATE FUNCTION consolidation_change(of_phase text, redo text, undo text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  EXECUTE redo;
  INSERT INTO consolidation_undo (phase, step, statement)
  SELECT of_phase, coalesce(max(step), 0) + 1, undo FROM consolidation_undo WHERE phase = of_phase;
END
$$;

CREATE FUNCTION consolidation_undo(of_phase text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  undo text;
BEGIN
  FOR undo IN SELECT statement FROM consolidation_undo WHERE phase = of_phase ORDER BY step DESC LOOP
    EXECUTE undo;
  END LOOP;
  DELETE FROM consolidation_undo WHERE phase = of_phase;
END
$$;

-- What other words mean, in lower case.
CREATE TABLE consolidation_words (
  word   text PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('offline', 'idle', 'processing', 'error'))
);
INSERT INTO consolidation_words
SELECT lower(btrim(key)), value
  FROM jsonb_each_text(coalesce(nullif(current_setting('millwright.map', true), ''), '{}')::jsonb);

CREATE FUNCTION consolidation_status(told text) RETURNS text
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce((SELECT status FROM consolidation_words WHERE word = said), said, 'offline')
    FROM (SELECT nullif(lower(regexp_replace(told, '^\s+|\s+$', '', 'g')), '') AS said) AS said
$$;

-- Filled just now, and not known to the planner yet.
ANALYZE millwright_changes;
UPDATE machines
   SET (status, current_process_id) = (
       SELECT status, current_process_id FROM jsonb_populate_record(machines, changed.after) AS new)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '01-normalise' AND table_name = 'machines'
         GROUP BY row_key) AS changed
 WHERE machines.id = changed.id;

UPDATE machine_state
   SET (current_state, process_id) = (
       SELECT current_state, process_id FROM jsonb_populate_record(machine_state, changed.after) AS new)
  FROM (SELECT row_key::uuid AS id, jsonb_object_agg(column_name, after) AS after
          FROM millwright_changes
         WHERE plan = 'consolidation' AND phase = '01-normalise' AND table_name = 'machine_state'
         GROUP BY row_key) AS changed
 WHERE machine_id = changed.id;

-- From here on the same is done to what the old programs write. A word that nobody knows stays: phase 02-columns
-- asks for it. The names count: triggers fire in their order, and these come before the one that numbers.
CREATE FUNCTION consolidation_normalise_machine() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  -- The column may be varchar. Of a text no function or operator is called that somebody made for a nearer type,
  -- to run as this one's owner.
  told text := consolidation_status(NEW.status::text);
BEGIN
  NEW.status := told;
  IF told = 'idle' THEN
    NEW.current_process_id := NULL;
  ELSIF told = 'processing' AND NEW.current_process_id IS NULL THEN
    -- Said again of a run that goes on, it is that run.
    IF TG_OP = 'UPDATE' AND consolidation_status(OLD.status::text) = 'processing' THEN
      NEW.current_process_id := OLD.current_process_id;
    END IF;
    NEW.current_process_id := coalesce(NEW.current_process_id, gen_random_uuid());
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION consolidation_normalise_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  told text := consolidation_status(NEW.current_state::text);
BEGIN
  NEW.current_state := told;
  IF told = 'idle' THEN
    NEW.process_id := NULL;
  ELSIF told = 'processing' AND NEW.process_id IS NULL THEN
    -- The old programs write machines first.
    SELECT current_process_id INTO NEW.process_id
      FROM machines WHERE id = NEW.machine_id AND status::text = 'processing';
    NEW.process_id := coalesce(NEW.process_id, gen_random_uuid());
  END IF;
  RETURN NEW;
END
$$;

-- Which of the tables was written later must be known at the copy and the cut-over; not each old program dates.
CREATE FUNCTION consolidation_date_state() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER machines_1_normalise BEFORE INSERT OR UPDATE ON machines
  FOR EACH ROW WHEN (
    NEW.status IS NULL OR NEW.status NOT IN ('offline', 'idle', 'processing', 'error')
    OR NEW.status = 'idle' AND NEW.current_process_id IS NOT NULL
    OR NEW.status = 'processing' AND NEW.current_process_id IS NULL)
  EXECUTE FUNCTION consolidation_normalise_machine();
CREATE TRIGGER machine_state_1_normalise BEFORE INSERT OR UPDATE ON machine_state
  FOR EACH ROW WHEN (
    NEW.current_state IS NULL OR NEW.current_state NOT IN ('offline', 'idle', 'processing', 'error')
    OR NEW.current_state = 'idle' AND NEW.process_id IS NOT NULL
    OR NEW.current_state = 'processing' AND NEW.process_id IS NULL)
  EXECUTE FUNCTION consolidation_normalise_state();
CREATE TRIGGER machine_state_2_date BEFORE UPDATE ON machine_state
  FOR EACH ROW WHEN (
    NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at
    AND (NEW.current_state, NEW.process_id, NEW.is_failure_mode, NEW.failure_component, NEW.failure_description)
        IS DISTINCT FROM
        (OLD.current_state, OLD.process_id, OLD.is_failure_mode, OLD.failure_component, OLD.failure_description))
  EXECUTE FUNCTION consolidation_date_state();

SELECT set_config('millwright.made',
  'consolidation_undo; consolidation_words; consolidation_change(text, text, text); consolidation_undo(text); '
  'consolidation_status(text); consolidation_normalise_machine(); consolidation_normalise_state(); '
  'consolidation_date_state()', true);
\ir ../../schema/private.sql
