-- What was written in the new place since goes back with the rest.
DROP VIEW workflow_progress;
ALTER TABLE workflow_progress_retired RENAME TO workflow_progress;
DROP VIEW import_processing_steps;
ALTER TABLE import_processing_steps_retired RENAME TO import_processing_steps;
DROP VIEW crewai_flow_state_extensions;
ALTER TABLE crewai_flow_state_extensions_retired RENAME TO crewai_flow_state_extensions;
DROP VIEW data_import_sessions;
ALTER TABLE data_import_sessions_retired RENAME TO data_import_sessions;
DELETE FROM data_import_sessions;
DELETE FROM crewai_flow_state_extensions;
DELETE FROM import_processing_steps;
DELETE FROM workflow_progress;
INSERT INTO workflow_progress TABLE workflow_progress_folded;
INSERT INTO import_processing_steps TABLE import_processing_steps_folded;
INSERT INTO crewai_flow_state_extensions TABLE crewai_flow_state_extensions_folded;
INSERT INTO data_import_sessions TABLE data_import_sessions_folded;
