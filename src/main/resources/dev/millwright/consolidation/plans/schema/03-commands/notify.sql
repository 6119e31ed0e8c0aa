-- Notifications are for speed only: whoever misses one finds the command by polling.
CREATE FUNCTION recipe_commands_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('recipe_commands', coalesce(NEW.machine_id::text, ''));
  RETURN NULL;
END
$$;

CREATE TRIGGER recipe_commands_notify AFTER INSERT ON recipe_commands
  FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION recipe_commands_notify();
