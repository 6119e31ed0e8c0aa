-- Reasons against taking machine_state into machines.
SELECT 'phase 02-columns is not applied: apply it first' AS reason
 WHERE to_regclass('consolidation_foreign_writes') IS NULL
UNION ALL
SELECT 'table machine_state is missing: bring it back, or roll back to phase 02-columns'
 WHERE to_regclass('machine_state') IS NULL;
