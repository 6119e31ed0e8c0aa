SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true),
       set_config('consolidation.phase', '03-copy', true);

\ir merge.sql
