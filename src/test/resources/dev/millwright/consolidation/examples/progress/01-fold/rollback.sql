-- Until they are retired the old tables are what programs write, and the columns are a copy of them.
DROP VIEW workflow_progress_folded, import_processing_steps_folded, crewai_flow_state_extensions_folded,
  data_import_sessions_folded;
ALTER TABLE workflow_states
  DROP COLUMN asset_progress, DROP COLUMN import_steps, DROP COLUMN processing_metrics,
  DROP COLUMN step_completion;
