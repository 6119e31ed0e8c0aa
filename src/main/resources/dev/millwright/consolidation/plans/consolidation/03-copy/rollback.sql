SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('TimeZone', 'UTC', true), set_config('consolidation.phase', '03-copy', true);
LOCK TABLE machines, machine_state IN SHARE ROW EXCLUSIVE MODE;

\ir unmerge.sql
