SELECT set_config('consolidation.tables', 'machines machine_state machine_components recipe_commands', true),
       set_config('consolidation.mode', 'ACCESS EXCLUSIVE', true);
\ir ../lock.sql
