-- Where plan consolidation was rolled back before, it has taken all of this along.
DO $$
DECLARE
  versions bigint := 0;
  commands bigint := 0;
BEGIN
  IF to_regclass('recipe_versions') IS NULL OR to_regclass('recipe_commands') IS NULL THEN
    RETURN;
  END IF;
  LOCK TABLE recipe_commands, recipe_versions IN ACCESS EXCLUSIVE MODE;
  versions := (SELECT count(*) FROM recipe_versions);
  commands := (SELECT count(*) FROM recipe_commands
                WHERE coalesce(claimed_by::text, process_id::text, operator, reason) IS NOT NULL);
  IF versions > 0 OR commands > 0 THEN
    RAISE EXCEPTION 'recipe_versions has % row(s) and recipe_commands has % row(s) with a claim, process, operator or '
                    'reason, which this would delete', versions, commands
      USING HINT = 'Keep copies (CREATE TABLE recipe_versions_kept AS TABLE recipe_versions, CREATE TABLE '
                   'recipe_commands_kept AS TABLE recipe_commands), delete these rows, and roll back again.';
  END IF;
  DROP TABLE recipe_versions;
  DROP TRIGGER IF EXISTS recipe_commands_keep_machine ON recipe_commands;
  DROP FUNCTION IF EXISTS recipe_commands_keep_machine();
  ALTER TABLE recipe_commands
    DROP COLUMN claimed_by, DROP COLUMN process_id, DROP COLUMN operator, DROP COLUMN reason;
END
$$;
