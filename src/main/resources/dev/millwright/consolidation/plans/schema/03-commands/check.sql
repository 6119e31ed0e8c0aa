-- Reasons against creating recipe_commands here.
SELECT 'table machines is missing: apply phase 01-machines first' AS reason
 WHERE to_regclass('machines') IS NULL
UNION ALL
SELECT 'table recipe_commands exists already, but millwright_phases does not say that this plan made '
       'it: it belongs to another system, whose data plan consolidation carries over'
 WHERE to_regclass('recipe_commands') IS NOT NULL
UNION ALL
SELECT format('function %s exists already, but millwright_phases does not say that this plan made it: '
              'drop it', oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname = 'recipe_commands_notify';
