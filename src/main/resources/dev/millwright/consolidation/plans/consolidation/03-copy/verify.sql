-- Machines that 03-copy has dated, or taken a failure over for, and that say nothing of it though nobody wrote them since.
SELECT serial_number || ': machines.' || column_name AS subject, after AS expected,
       coalesce(to_jsonb(machines) ->> column_name, 'nothing') AS actual
  FROM millwright_changes JOIN machines ON id = row_key::uuid
 WHERE plan = 'consolidation' AND phase = '03-copy' AND after IS NOT NULL
   AND column_name IN ('state_since', 'is_failure_mode', 'failure_component', 'failure_description')
   AND to_jsonb(machines) ->> column_name IS NULL AND last_event IS NOT DISTINCT FROM 'consolidated'
 ORDER BY 1;
