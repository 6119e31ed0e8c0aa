SELECT 'table detection_events is missing, so there is nothing to rename' AS reason
 WHERE to_regclass('detection_events') IS NULL
UNION ALL
SELECT 'codebase_snapshots exists already: it is not this plan''s, rename it'
 WHERE to_regclass('codebase_snapshots') IS NOT NULL;
