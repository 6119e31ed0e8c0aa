-- Whoever claims a command for any machine says which one it is. A command for one machine stays that machine's: a
-- host's role may write machine_id, and could give its commands to others otherwise.
CREATE FUNCTION recipe_commands_keep_machine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'command % is for machine %, and stays so', OLD.id, OLD.machine_id
    USING ERRCODE = 'check_violation', HINT = 'Insert another command for the other machine.';
END
$$;

CREATE TRIGGER recipe_commands_keep_machine BEFORE UPDATE OF machine_id ON recipe_commands
  FOR EACH ROW WHEN (OLD.machine_id IS NOT NULL AND NEW.machine_id IS DISTINCT FROM OLD.machine_id)
  EXECUTE FUNCTION recipe_commands_keep_machine();
