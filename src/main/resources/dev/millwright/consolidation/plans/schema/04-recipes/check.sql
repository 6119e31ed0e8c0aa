-- Reasons against giving recipe_commands what running recipes needs.
SELECT 'table recipe_commands is missing: apply phase 03-commands first' AS reason
 WHERE to_regclass('recipe_commands') IS NULL
UNION ALL
SELECT format('column recipe_commands.%s exists already, but millwright_phases does not say that this plan made '
              'it: rename or drop it', attname)
  FROM pg_attribute
 WHERE attrelid = to_regclass('recipe_commands') AND NOT attisdropped
   AND attname IN ('claimed_by', 'process_id', 'operator', 'reason')
UNION ALL
SELECT 'table recipe_versions exists already, but millwright_phases does not say that this plan made it: '
       'rename or drop it'
 WHERE to_regclass('recipe_versions') IS NOT NULL
UNION ALL
SELECT format('function %s exists already, but millwright_phases does not say that this plan made it: '
              'drop it', oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = quote_ident(current_schema())::regnamespace
   AND proname = 'recipe_commands_keep_machine';
