SELECT set_config('consolidation.tables', 'machines machine_state', true),
       set_config('consolidation.mode', 'SHARE ROW EXCLUSIVE', true);
\ir ../lock.sql
