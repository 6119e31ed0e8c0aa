SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
LOCK TABLE machines, recipe_commands, machine_state_archive IN ACCESS EXCLUSIVE MODE;

COMMENT ON FUNCTION consolidation_undo(text) IS NULL;
ALTER TABLE machine_state_archive RENAME TO machine_state_before_consolidation;

\ir ../04-cutover/view.sql
SELECT consolidation_undo('05-cleanup');
