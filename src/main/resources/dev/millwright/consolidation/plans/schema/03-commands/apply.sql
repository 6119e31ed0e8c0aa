CREATE TABLE recipe_commands (
  id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Null: any machine may take it.
  machine_id    uuid        REFERENCES machines (id),
  type          text        NOT NULL,
  parameters    jsonb       NOT NULL DEFAULT '{}',
  status        text        NOT NULL DEFAULT 'pending',
  error_message text,
  executed_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  -- ISA-88: which batch the run is part of; one batch may be on several machines.
  batch_id      text,
  CONSTRAINT recipe_commands_type_known
    CHECK (type IN ('start_recipe', 'stop_recipe', 'reset_machine')),
  CONSTRAINT recipe_commands_status_known
    CHECK (status IN ('pending', 'processing', 'completed', 'error')),
  -- A command that failed says why.
  CONSTRAINT recipe_commands_error_has_message
    CHECK (status <> 'error' OR error_message IS NOT NULL),
  CONSTRAINT recipe_commands_batch_id_bounded
    CHECK (length(batch_id) BETWEEN 1 AND 100)
);
CREATE INDEX recipe_commands_pending ON recipe_commands (created_at) WHERE status = 'pending';

COMMENT ON TABLE recipe_commands IS 'Commands to machines: inserted as pending, claimed by compare-and-set, ended once';

\ir notify.sql

SELECT set_config('millwright.made', 'recipe_commands; recipe_commands_notify()', true);
\ir ../private.sql
