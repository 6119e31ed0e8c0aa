-- No foreign key to machines, on purpose: the history outlives its machine.
CREATE TABLE machine_transitions (
  machine_id    uuid        NOT NULL,
  state_seq     bigint      NOT NULL,
  transition_id uuid        NOT NULL UNIQUE,
  event         text        NOT NULL,
  from_status   text        NOT NULL,
  to_status     text        NOT NULL,
  process_id    uuid,
  occurred_at   timestamptz,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  detail        jsonb,
  PRIMARY KEY (machine_id, state_seq)
);
-- A process is on one machine, so its id is enough to find it. A machine's id before it would spread what
-- is written over the whole index: three times its size, and more bytes of WAL for each transition.
CREATE INDEX machine_transitions_process
  ON machine_transitions (process_id) WHERE process_id IS NOT NULL;

-- One batch is found over all machines without reading the whole history.
CREATE INDEX machine_transitions_batch
  ON machine_transitions ((detail ->> 'batch')) WHERE detail ->> 'batch' IS NOT NULL;

COMMENT ON TABLE machine_transitions IS 'Every change of a machine''s state, appended by a trigger on machines; without gaps per machine';
COMMENT ON COLUMN machine_transitions.process_id IS 'The run that goes on or, if none does, the one that has just ended';
COMMENT ON COLUMN machine_transitions.occurred_at IS 'machines.state_since: when it happened; recorded_at is when it was written';

-- The functions keep the search_path of this moment, narrowed to our schema. pg_temp is last, or a
-- temporary table named machine_transitions would take the history's place.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Numbers the changes of a writer who knows nothing of state_seq (old code, psql), so that the guard
-- of the others sees them; holds those who know to the rules.
CREATE FUNCTION machines_number_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.state_seq = OLD.state_seq + 1 THEN
    IF NEW.last_transition_id IS NULL OR NEW.last_transition_id = OLD.last_transition_id
       OR NEW.last_event IS NULL THEN
      RAISE EXCEPTION 'machine %: state_seq % needs a last_event and a last_transition_id of its own',
                      OLD.serial_number, NEW.state_seq
        USING HINT = 'Set both, or leave state_seq alone: then this trigger sets all three.';
    END IF;
  ELSIF NEW.state_seq <> OLD.state_seq THEN
    RAISE EXCEPTION 'machine %: state_seq goes from % to % next, not to %',
                    OLD.serial_number, OLD.state_seq, OLD.state_seq + 1, NEW.state_seq
      USING HINT = 'Add 1 to it, or leave it alone: then this trigger counts.';
  ELSIF (NEW.status, NEW.current_process_id, NEW.is_failure_mode, NEW.failure_component,
         NEW.failure_description)
        IS DISTINCT FROM
        (OLD.status, OLD.current_process_id, OLD.is_failure_mode, OLD.failure_component,
         OLD.failure_description) THEN
    NEW.state_seq := OLD.state_seq + 1;
    NEW.last_event := 'external';
    NEW.last_transition_id := gen_random_uuid();
    -- Not now(): a transaction that had to wait would date itself before what it waited for.
    IF NEW.state_since IS NOT DISTINCT FROM OLD.state_since THEN
      NEW.state_since := clock_timestamp();
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
      NEW.updated_at := clock_timestamp();
    END IF;
    -- The cycle stays known, or runs that nobody saw could not be proved later.
    NEW.last_detail := jsonb_strip_nulls(jsonb_build_object(
      'source', 'external',
      'user', session_user::text,
      'application', current_setting('application_name'),
      'address', host(inet_client_addr()),
      'cycle', OLD.last_detail -> 'cycle',
      -- A run keeps its batch, whoever writes.
      'batch', CASE WHEN coalesce(NEW.current_process_id, OLD.current_process_id) = OLD.current_process_id
                    THEN OLD.last_detail -> 'batch' END));
  END IF;
  RETURN NEW;
END
$$;

-- Runs as its owner: nobody else needs, or should have, the right to write the history.
CREATE FUNCTION machines_record_transition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO machine_transitions (machine_id, state_seq, transition_id, event, from_status,
    to_status, process_id, occurred_at, recorded_at, detail)
  VALUES (NEW.id, NEW.state_seq, NEW.last_transition_id, NEW.last_event, OLD.status,
    NEW.status, coalesce(NEW.current_process_id, OLD.current_process_id), NEW.state_since,
    clock_timestamp(), NEW.last_detail);
  RETURN NULL;
END
$$;

CREATE TRIGGER machines_number_transition BEFORE UPDATE ON machines
  FOR EACH ROW EXECUTE FUNCTION machines_number_transition();
CREATE TRIGGER machines_record_transition AFTER UPDATE ON machines
  FOR EACH ROW WHEN (OLD.state_seq IS DISTINCT FROM NEW.state_seq)
  EXECUTE FUNCTION machines_record_transition();

-- A lost link does not end a run: it goes on under the same process id, seen or not. While it is not
-- seen its outcome is unknown, not 'running', and ended_at is null. A run that ended in some way that
-- nobody recorded as complete, stop or error has an outcome that nobody knows.
CREATE VIEW process_runs AS
SELECT first.machine_id,
       machine.serial_number,
       first.process_id,
       CASE WHEN first.to_status = 'processing' THEN first.occurred_at END AS started_at,
       ending.occurred_at AS ended_at,
       CASE
         WHEN ending.state_seq IS NULL THEN
           CASE WHEN machine.status = 'processing' AND machine.current_process_id = first.process_id
                THEN 'running' ELSE 'unknown' END
         WHEN ending.process_id IS DISTINCT FROM first.process_id THEN 'unknown'
         WHEN ending.detail ->> 'outcome' = 'unknown' THEN 'unknown'
         WHEN ending.to_status = 'error' THEN 'failed'
         WHEN ending.event = 'complete' THEN 'completed'
         WHEN ending.event = 'stop' THEN 'stopped'
         ELSE 'unknown'
       END AS outcome,
       CASE WHEN first.to_status = 'processing'
            THEN ending.occurred_at - first.occurred_at END AS duration,
       run.recipe,
       coalesce(first.detail, '{}') -> 'inferred' IS NOT NULL
         OR coalesce(ending.detail, '{}') -> 'inferred' IS NOT NULL AS inferred,
       run.missed_runs,
       run.batch_id
  FROM machine_transitions AS first
  LEFT JOIN machines AS machine ON machine.id = first.machine_id
 CROSS JOIN LATERAL (
       SELECT coalesce(max(state_seq) FILTER (WHERE to_status = 'processing') + 1,
                       first.state_seq) AS over_from,
              (array_agg(detail ->> 'recipe' ORDER BY state_seq)
                 FILTER (WHERE detail ->> 'recipe' IS NOT NULL))[1] AS recipe,
              coalesce(sum((detail ->> 'missed_runs')::bigint)
                 FILTER (WHERE jsonb_typeof(detail -> 'missed_runs') = 'number'), 0)::bigint
                AS missed_runs,
              (array_agg(detail ->> 'batch' ORDER BY state_seq)
                 FILTER (WHERE detail ->> 'batch' IS NOT NULL))[1] AS batch_id
         FROM machine_transitions
        WHERE machine_id = first.machine_id AND process_id = first.process_id) AS run
  -- The end is the first transition after the run was last seen that leaves it, or that another
  -- run, or none, follows on.
  LEFT JOIN LATERAL (
       SELECT * FROM machine_transitions
        WHERE machine_id = first.machine_id AND state_seq >= run.over_from
          AND (to_status IN ('idle', 'error') OR process_id IS DISTINCT FROM first.process_id)
        ORDER BY state_seq LIMIT 1) AS ending ON true
 WHERE first.process_id IS NOT NULL
   AND NOT EXISTS (
       SELECT FROM machine_transitions AS earlier
        WHERE earlier.machine_id = first.machine_id AND earlier.process_id = first.process_id
          AND earlier.state_seq < first.state_seq);

COMMENT ON VIEW process_runs IS 'One row per run of a recipe on a machine, made from machine_transitions';

-- Firing a trigger needs no right to execute its function; making one does. Without this, anybody could hang
-- the recording one on a table of his own, and write the history.
SELECT set_config('millwright.made', 'machine_transitions; process_runs; machines_number_transition(); '
                                     'machines_record_transition()', true);
\ir ../private.sql
