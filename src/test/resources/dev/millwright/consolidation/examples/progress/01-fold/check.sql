-- Reasons against folding. What belongs to no workflow would be lost: it is named, with what to do.
SELECT format('session %s has %s rows in workflow_states, so it is not clear to which its progress belongs: '
              'keep one', session_id, count(*)) AS reason
  FROM workflow_states GROUP BY session_id HAVING count(*) > 1
UNION ALL
SELECT format('%s %s belongs to session %s, which has no row in workflow_states: insert one, or delete it',
              found.name, found.id, found.session_id)
  FROM (SELECT 'workflow_progress' AS name, progress.id, session_id
          FROM workflow_progress AS progress JOIN assets ON assets.id = asset_id
        UNION ALL
        SELECT 'import_processing_steps', step.id, session_id
          FROM import_processing_steps AS step JOIN data_imports ON data_imports.id = data_import_id
        UNION ALL
        SELECT 'data_import_sessions', id, session_id FROM data_import_sessions) AS found
 WHERE NOT EXISTS (SELECT FROM workflow_states AS state WHERE state.session_id = found.session_id)
UNION ALL
SELECT 'table workflow_states has a column ' || attname || ' already: it is not this plan''s'
  FROM pg_attribute
 WHERE attrelid = 'workflow_states'::regclass AND NOT attisdropped
   AND attname IN ('asset_progress', 'import_steps', 'processing_metrics', 'step_completion');
