-- Rows that did not come out as they went in, by their whole content and not by their number.
SELECT 'workflow_progress ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM workflow_progress AS old FULL JOIN workflow_progress_folded AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'import_processing_steps ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM import_processing_steps AS old FULL JOIN import_processing_steps_folded AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'crewai_flow_state_extensions ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM crewai_flow_state_extensions AS old FULL JOIN crewai_flow_state_extensions_folded AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'data_import_sessions ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM data_import_sessions AS old FULL JOIN data_import_sessions_folded AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
 ORDER BY 1;
