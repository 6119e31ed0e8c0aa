ALTER TABLE recipe_commands
  -- Who has claimed it: a name that the daemon makes for each attempt, and knows again after a crash.
  ADD COLUMN claimed_by uuid,
  -- The run that is meant; once a start has ended, the run that it led to.
  ADD COLUMN process_id uuid,
  ADD COLUMN operator   text,
  ADD COLUMN reason     text,
  ADD CONSTRAINT recipe_commands_operator_bounded CHECK (length(operator) BETWEEN 1 AND 100),
  ADD CONSTRAINT recipe_commands_reason_bounded CHECK (length(reason) BETWEEN 1 AND 1000),
  DROP CONSTRAINT recipe_commands_type_known,
  ADD CONSTRAINT recipe_commands_type_known
    CHECK (type IN ('start_recipe', 'stop_recipe', 'reset_machine', 'hold_recipe', 'unhold_recipe'));

\ir keep.sql

\ir versions.sql

SELECT set_config('millwright.made', 'recipe_versions; recipe_commands_keep_machine()', true);
\ir ../private.sql
