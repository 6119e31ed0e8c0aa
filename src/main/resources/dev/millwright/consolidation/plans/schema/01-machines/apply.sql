-- A row is updated in place for years. The low fillfactor leaves room on its page for the next
-- versions, and nothing that changes per transition is indexed: so every transition is a HOT update.
CREATE TABLE machines (
  id                  uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  serial_number       text        NOT NULL UNIQUE,
  status              text        NOT NULL DEFAULT 'offline',
  current_process_id  uuid,
  updated_at          timestamptz NOT NULL DEFAULT now(),
  state_since         timestamptz,
  is_failure_mode     boolean     NOT NULL DEFAULT false,
  failure_component   uuid,
  failure_description text,
  state_seq           bigint      NOT NULL DEFAULT 0,
  last_event          text,
  last_transition_id  uuid,
  last_detail         jsonb,
  progress            jsonb,
  CONSTRAINT machines_status_known
    CHECK (status IN ('offline', 'idle', 'processing', 'error')),
  CONSTRAINT machines_processing_has_process
    CHECK (status <> 'processing' OR current_process_id IS NOT NULL),
  CONSTRAINT machines_idle_has_no_process
    CHECK (status <> 'idle' OR current_process_id IS NULL),
  -- One way only: a machine that is offline keeps its failure.
  CONSTRAINT machines_error_is_failure
    CHECK (status <> 'error' OR is_failure_mode)
) WITH (fillfactor = 30);

CREATE TABLE machine_components (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  machine_id uuid NOT NULL REFERENCES machines (id) ON DELETE CASCADE,
  name       text NOT NULL,
  type       text,
  -- A failure names its component by name.
  UNIQUE (machine_id, name)
);

ALTER TABLE machines
  ADD FOREIGN KEY (failure_component) REFERENCES machine_components (id);

COMMENT ON TABLE machines IS 'The state of each machine; every change of it is one UPDATE';
COMMENT ON COLUMN machines.state_since IS 'When the state began as observed, in the machine''s own time where that is to be trusted';
COMMENT ON COLUMN machines.updated_at IS 'When the row was written';
COMMENT ON COLUMN machines.state_seq IS 'Counts the transitions; a writer guards its UPDATE with the number that it read';
COMMENT ON COLUMN machines.last_transition_id IS 'Names the last transition, here and in machine_transitions';
COMMENT ON COLUMN machines.progress IS 'How far the recipe under way is; changing it is no transition';

SELECT set_config('millwright.made', 'machines; machine_components', true);
\ir ../private.sql
