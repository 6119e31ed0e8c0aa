-- As phase 04-recipes of plan schema; a consolidated database lets old programs write what types they like.
ALTER TABLE recipe_commands
  ADD COLUMN claimed_by uuid,
  ADD COLUMN process_id uuid,
  ADD COLUMN operator   text,
  ADD COLUMN reason     text,
  ADD CONSTRAINT recipe_commands_operator_bounded CHECK (length(operator) BETWEEN 1 AND 100),
  ADD CONSTRAINT recipe_commands_reason_bounded CHECK (length(reason) BETWEEN 1 AND 1000);

\ir ../../schema/04-recipes/keep.sql

\ir ../../schema/04-recipes/versions.sql

SELECT set_config('millwright.made', 'recipe_versions; recipe_commands_keep_machine()', true);
\ir ../../schema/private.sql
