LOCK TABLE recipe_commands, recipe_versions IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  versions bigint := (SELECT count(*) FROM recipe_versions);
  commands bigint := (
    SELECT count(*) FROM recipe_commands
     WHERE coalesce(claimed_by::text, process_id::text, operator, reason) IS NOT NULL
        OR type IN ('hold_recipe', 'unhold_recipe'));
BEGIN
  IF versions > 0 THEN
    RAISE EXCEPTION 'recipe_versions has % row(s), which this would delete', versions
      USING HINT = 'Keep a copy (CREATE TABLE recipe_versions_kept AS TABLE recipe_versions), '
                   'DELETE FROM recipe_versions, and roll back again.';
  END IF;
  IF commands > 0 THEN
    RAISE EXCEPTION 'recipe_commands has % row(s) with a claim, process, operator, reason or type that has no '
                    'place in the table as it was', commands
      USING HINT = 'Keep a copy (CREATE TABLE recipe_commands_kept AS TABLE recipe_commands), delete these '
                   'rows, and roll back again.';
  END IF;
END
$$;

DROP TABLE recipe_versions;
DROP TRIGGER recipe_commands_keep_machine ON recipe_commands;
DROP FUNCTION recipe_commands_keep_machine();
ALTER TABLE recipe_commands
  DROP COLUMN claimed_by, DROP COLUMN process_id, DROP COLUMN operator, DROP COLUMN reason,
  DROP CONSTRAINT recipe_commands_type_known,
  ADD CONSTRAINT recipe_commands_type_known
    CHECK (type IN ('start_recipe', 'stop_recipe', 'reset_machine'));
