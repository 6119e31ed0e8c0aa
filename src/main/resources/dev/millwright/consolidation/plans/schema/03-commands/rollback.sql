LOCK TABLE recipe_commands IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  commands bigint := (SELECT count(*) FROM recipe_commands);
BEGIN
  IF commands > 0 THEN
    RAISE EXCEPTION 'recipe_commands has % row(s), which this would delete', commands
      USING HINT = 'Keep a copy (CREATE TABLE recipe_commands_kept AS TABLE recipe_commands), '
                   'DELETE FROM recipe_commands, and roll back again.';
  END IF;
END
$$;

DROP TABLE recipe_commands;
DROP FUNCTION recipe_commands_notify();
