-- The old system's tables, as LEGACY.md describes them: one fact in two places.
-- In servers before PostgreSQL 15 everybody may create functions here, which stands against the plan.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE TABLE machines (
  id                 uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  serial_number      varchar(100) NOT NULL UNIQUE,
  lab_name           text         NOT NULL,
  machine_model      text,
  status             text         DEFAULT 'offline',
  current_process_id uuid,
  updated_at         timestamptz  DEFAULT now(),
  is_active          boolean      NOT NULL DEFAULT true,
  is_virtual         boolean      DEFAULT false,
  virtual_config     jsonb
);
CREATE INDEX machines_by_status ON machines (status);

CREATE TABLE machine_components (
  id         uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  machine_id uuid         NOT NULL REFERENCES machines (id),
  name       varchar(100) NOT NULL,
  type       varchar(50),
  is_active  boolean      DEFAULT true
);

CREATE TABLE machine_state (
  machine_id          uuid        PRIMARY KEY REFERENCES machines (id) ON DELETE CASCADE,
  current_state       varchar     DEFAULT 'idle',
  process_id          uuid,
  state_since         timestamptz DEFAULT now(),
  is_failure_mode     boolean     DEFAULT false,
  failure_component   uuid        REFERENCES machine_components (id),
  failure_description text,
  updated_at          timestamptz DEFAULT now()
);
CREATE INDEX machine_state_by_state ON machine_state (current_state);

CREATE TABLE recipe_commands (
  id            uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
  type          varchar(50)  NOT NULL,
  parameters    jsonb,
  status        varchar(20)  DEFAULT 'pending',
  -- Null: any machine may take it.
  machine_id    uuid         REFERENCES machines (id),
  error_message text,
  executed_at   timestamptz,
  created_at    timestamptz  DEFAULT now(),
  updated_at    timestamptz  DEFAULT now()
);

CREATE TABLE process_executions (
  id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  machine_id uuid        NOT NULL REFERENCES machines (id),
  status     text        NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE machine_state IS 'What each machine is doing';
