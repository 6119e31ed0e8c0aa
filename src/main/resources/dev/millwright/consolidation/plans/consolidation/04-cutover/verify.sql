-- What differs from what 04-cutover makes; with the last phase it has gone again.
SELECT 'machine_state.' || wanted AS subject, 'updatable, as it is ' || source || ' of machines' AS expected,
       coalesce('is_updatable ' || is_updatable, 'missing') AS actual
  FROM (VALUES ('machine_id', 'id'), ('current_state', 'status'), ('process_id', 'current_process_id'),
          ('state_since', 'state_since'), ('is_failure_mode', 'is_failure_mode'),
          ('failure_component', 'failure_component'), ('failure_description', 'failure_description'),
          ('updated_at', 'updated_at')) AS wanted (wanted, source)
  LEFT JOIN information_schema.columns ON table_schema = current_schema() AND table_name = 'machine_state'
       AND column_name = wanted
 WHERE to_regclass('machine_state_archive') IS NULL AND is_updatable IS DISTINCT FROM 'YES'
UNION ALL
SELECT 'machines: trigger machines_0_insert_state', 'present', 'missing'
 WHERE to_regclass('machine_state_archive') IS NULL
   AND NOT EXISTS (
       SELECT FROM pg_trigger
        WHERE tgrelid = to_regclass('machines') AND tgname = 'machines_0_insert_state' AND tgenabled IN ('O', 'A'))
UNION ALL
SELECT 'machine_state_before_consolidation', 'present, as the way back', 'missing'
 WHERE to_regclass('machine_state_before_consolidation') IS NULL AND to_regclass('machine_state_archive') IS NULL
 ORDER BY 1;
