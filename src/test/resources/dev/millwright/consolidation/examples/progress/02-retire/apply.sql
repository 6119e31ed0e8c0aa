-- Nobody reads or writes from here on, so the second look below is the last word.
LOCK TABLE workflow_progress, import_processing_steps, crewai_flow_state_extensions, data_import_sessions IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  lost text := (SELECT string_agg(subject, ', ') FROM (
\ir ../01-fold/verify.sql
) AS differing);
BEGIN
  IF lost IS NOT NULL THEN
    RAISE EXCEPTION 'written since the check, and not in the new place: %', lost
      USING HINT = 'Roll back before 01-fold and apply again.';
  END IF;
END
$$;

-- The tables are kept as they are, with keys, defaults, indexes and grants; who reads them goes on reading.
ALTER TABLE workflow_progress RENAME TO workflow_progress_retired;
CREATE VIEW workflow_progress AS TABLE workflow_progress_folded;
ALTER TABLE import_processing_steps RENAME TO import_processing_steps_retired;
CREATE VIEW import_processing_steps AS TABLE import_processing_steps_folded;
ALTER TABLE crewai_flow_state_extensions RENAME TO crewai_flow_state_extensions_retired;
CREATE VIEW crewai_flow_state_extensions AS TABLE crewai_flow_state_extensions_folded;
ALTER TABLE data_import_sessions RENAME TO data_import_sessions_retired;
CREATE VIEW data_import_sessions AS TABLE data_import_sessions_folded;
