-- What the old programs leave out is completed, so that no constraint of ours makes their statements fail;
-- and it is counted who they are. Each session counts in rows of its own: nobody waits for another one's count.
CREATE TABLE consolidation_foreign_writes (
  day           date        NOT NULL,
  backend       integer     NOT NULL,
  database_user text        NOT NULL,
  role          text        NOT NULL,
  application   text        NOT NULL,
  address       text        NOT NULL,
  kind          text        NOT NULL,
  first_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  writes        bigint      NOT NULL DEFAULT 1,
  PRIMARY KEY (day, backend, database_user, role, application, address, kind)
) WITH (fillfactor = 50);

CREATE FUNCTION consolidation_count(of_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  mine consolidation_foreign_writes;
BEGIN
  INSERT INTO consolidation_foreign_writes AS counted
    (day, backend, database_user, role, application, address, kind)
  VALUES ((clock_timestamp() AT TIME ZONE 'UTC')::date, pg_backend_pid(), session_user,
          coalesce(nullif(current_setting('role'), 'none'), session_user),
          current_setting('application_name'), coalesce(host(inet_client_addr()), 'local'), of_kind)
      ON CONFLICT (day, backend, database_user, role, application, address, kind)
      DO UPDATE SET last_at = clock_timestamp(), writes = counted.writes + 1
  RETURNING * INTO mine;
  IF mine.writes = 1 THEN
    -- A new row takes in the same writer's of earlier days, so that they do not grow without end.
    WITH earlier AS (
      DELETE FROM consolidation_foreign_writes
       WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM consolidation_foreign_writes
              WHERE day < mine.day
                AND (database_user, role, application, address, kind)
                    = (mine.database_user, mine.role, mine.application, mine.address, mine.kind)
              LIMIT 1000 FOR UPDATE SKIP LOCKED))
      RETURNING first_at, writes
    )
    UPDATE consolidation_foreign_writes AS counted
       SET writes = counted.writes + sums.writes, first_at = least(counted.first_at, sums.first_at)
      FROM (SELECT sum(writes) AS writes, min(first_at) AS first_at FROM earlier HAVING count(*) > 0) AS sums
     WHERE (day, backend, database_user, role, application, address, kind)
           = (mine.day, mine.backend, mine.database_user, mine.role, mine.application, mine.address, mine.kind);
  END IF;
END
$$;

CREATE VIEW millwright_foreign_writers AS
SELECT database_user, role, application, address, kind, min(first_at) AS first_at, max(last_at) AS last_at,
       sum(writes)::bigint AS writes
  FROM consolidation_foreign_writes
 GROUP BY database_user, role, application, address, kind;
COMMENT ON VIEW millwright_foreign_writers IS 'Who other than Millwright writes the state of machines, how, and when last';

-- Takes the place of the first phase's, as only now a word that nobody knows has to give way: nothing is
-- claimed then.
INSERT INTO consolidation_undo
SELECT '02-columns', max(step) + 1, pg_get_functiondef('consolidation_normalise_machine()'::regprocedure)
  FROM consolidation_undo WHERE phase = '02-columns';
CREATE OR REPLACE FUNCTION consolidation_normalise_machine() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  told text := NEW.status;
BEGIN
  NEW.status := consolidation_status(told);
  IF NEW.status NOT IN ('offline', 'idle', 'processing', 'error') THEN
    PERFORM consolidation_count('unknown status ' || quote_literal(left(NEW.status, 40)));
    NEW.status := 'offline';
  ELSIF NEW.status IS DISTINCT FROM told THEN
    PERFORM consolidation_count(CASE
      WHEN told IS NULL THEN 'no status'
      WHEN lower(regexp_replace(told, '^\s+|\s+$', '', 'g')) = NEW.status THEN 'status not in lower case'
      ELSE 'old status ' || quote_literal(left(told, 40)) END);
  END IF;
  IF NEW.status = 'idle' AND NEW.current_process_id IS NOT NULL THEN
    NEW.current_process_id := NULL;
    PERFORM consolidation_count('idle with a process');
  ELSIF NEW.status = 'processing' AND NEW.current_process_id IS NULL THEN
    -- Said again of a run that goes on, it is that run.
    IF TG_OP = 'UPDATE' AND OLD.status = 'processing' THEN
      NEW.current_process_id := OLD.current_process_id;
    END IF;
    NEW.current_process_id := coalesce(NEW.current_process_id, gen_random_uuid());
    PERFORM consolidation_count('processing without a process');
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION consolidation_complete_machine() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  NEW.updated_at := coalesce(NEW.updated_at, clock_timestamp());
  NEW.is_failure_mode := coalesce(NEW.is_failure_mode, false);
  IF NEW.status = 'error' AND NOT NEW.is_failure_mode THEN
    NEW.is_failure_mode := true;
    PERFORM consolidation_count('error without a failure flag');
  END IF;
  IF NOT EXISTS (SELECT FROM machine_components WHERE id = NEW.failure_component) THEN
    IF NEW.failure_component IS NOT NULL THEN
      PERFORM consolidation_count('failed component that does not exist');
    END IF;
    NEW.failure_component := NULL;
  END IF;
  RETURN NEW;
END
$$;

-- A flag that was completed has nobody who would take it back: it goes when the machine leaves error.
CREATE FUNCTION consolidation_leave_error() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  -- A lost link in between is not the end of the error.
  IF OLD.status = 'error' OR EXISTS (
       SELECT FROM machine_transitions
        WHERE machine_id = OLD.id AND state_seq = OLD.state_seq AND from_status = 'error') THEN
    NEW.is_failure_mode := false;
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION consolidation_count_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM consolidation_count('update');
  RETURN NEW;
END
$$;

CREATE TRIGGER machines_2_complete BEFORE INSERT OR UPDATE ON machines
  FOR EACH ROW WHEN (
    NEW.updated_at IS NULL OR NEW.is_failure_mode IS NULL OR NEW.failure_component IS NOT NULL
    OR NEW.status = 'error' AND NOT NEW.is_failure_mode)
  EXECUTE FUNCTION consolidation_complete_machine();
CREATE TRIGGER machines_3_leave_error BEFORE UPDATE ON machines
  FOR EACH ROW WHEN (
    OLD.status IN ('error', 'offline') AND NEW.status IN ('idle', 'processing') AND NEW.state_seq = OLD.state_seq
    AND OLD.is_failure_mode AND NEW.is_failure_mode
    AND OLD.failure_component IS NULL AND NEW.failure_component IS NULL
    AND OLD.failure_description IS NULL AND NEW.failure_description IS NULL)
  EXECUTE FUNCTION consolidation_leave_error();
-- Whoever counts state_seq, or knows last_detail, is one of us.
CREATE TRIGGER machines_4_count
  BEFORE UPDATE OF status, current_process_id, state_since, is_failure_mode, failure_component, failure_description
  ON machines
  FOR EACH ROW WHEN (NEW.state_seq = OLD.state_seq AND NEW.last_detail IS NOT DISTINCT FROM OLD.last_detail)
  EXECUTE FUNCTION consolidation_count_update();

CREATE FUNCTION consolidation_complete_command() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- Other words are the old programs' own, and stay as they are.
  IF lower(btrim(NEW.type)) IN ('start_recipe', 'stop_recipe', 'reset_machine', 'hold_recipe', 'unhold_recipe') THEN
    NEW.type := lower(btrim(NEW.type));
  END IF;
  NEW.status := coalesce(NEW.status, 'pending');
  IF lower(btrim(NEW.status)) IN ('pending', 'processing', 'completed', 'error') THEN
    NEW.status := lower(btrim(NEW.status));
  END IF;
  NEW.parameters := coalesce(NEW.parameters, '{}');
  NEW.created_at := coalesce(NEW.created_at, clock_timestamp());
  NEW.updated_at := coalesce(NEW.updated_at, clock_timestamp());
  IF NEW.status = 'error' THEN
    NEW.error_message := coalesce(NEW.error_message, 'no message was given');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recipe_commands_1_complete BEFORE INSERT OR UPDATE ON recipe_commands
  FOR EACH ROW WHEN (
    NEW.type <> lower(btrim(NEW.type)) OR NEW.status <> lower(btrim(NEW.status)) OR NEW.status IS NULL
    OR NEW.parameters IS NULL OR NEW.created_at IS NULL OR NEW.updated_at IS NULL
    OR lower(btrim(NEW.status)) = 'error' AND NEW.error_message IS NULL)
  EXECUTE FUNCTION consolidation_complete_command();

-- The state of each machine as a phase left it. A writer's clock may be wrong by hours, so what was written since is
-- told by content.
CREATE TABLE consolidation_left (
  phase               text   NOT NULL,
  machine_id          uuid   NOT NULL,
  -- Null, and all that follow: there is a row in machine_state, but no machine.
  state_seq           bigint,
  status              text,
  process_id          uuid,
  state_since         timestamptz,
  is_failure_mode     boolean,
  failure_component   uuid,
  failure_description text,
  updated_at          timestamptz,
  PRIMARY KEY (phase, machine_id)
);

-- Whether anybody but this plan has written the machine's state since a phase was applied.
CREATE FUNCTION consolidation_written_since(machine machines, of_phase text) RETURNS boolean
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT NOT EXISTS (
         SELECT FROM consolidation_left AS was
          WHERE was.phase = of_phase AND was.machine_id = machine.id
            AND (was.status, was.process_id, was.state_since, was.is_failure_mode, was.failure_component,
                 was.failure_description)
                IS NOT DISTINCT FROM
                (machine.status, machine.current_process_id, machine.state_since, machine.is_failure_mode,
                 machine.failure_component, machine.failure_description)
            -- It may have been another one in between.
            AND NOT EXISTS (SELECT FROM machine_transitions AS told
                             WHERE told.machine_id = machine.id AND told.state_seq > was.state_seq
                               AND event <> 'consolidated'))
$$;

SELECT set_config('millwright.made',
  'consolidation_foreign_writes; millwright_foreign_writers; consolidation_left; consolidation_count(text); '
  'consolidation_complete_machine(); consolidation_leave_error(); consolidation_count_update(); '
  'consolidation_complete_command(); consolidation_written_since(machines, text)', true);
\ir ../../schema/private.sql
