-- Nobody writes while the rows are copied; reading goes on.
LOCK TABLE workflow_progress, import_processing_steps, crewai_flow_state_extensions, data_import_sessions
  IN SHARE MODE;

ALTER TABLE workflow_states
  ADD COLUMN asset_progress     jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN import_steps       jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN processing_metrics jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN step_completion    jsonb NOT NULL DEFAULT '{}';

-- An asset has many stages: each is kept, in a list under the asset's id.
UPDATE workflow_states AS state SET asset_progress = folded.assets
  FROM (SELECT session_id, jsonb_object_agg(asset_id, stages) AS assets
          FROM (SELECT session_id, asset_id,
                       jsonb_agg(to_jsonb(progress) ORDER BY started_at, progress.id) AS stages
                  FROM workflow_progress AS progress JOIN assets ON assets.id = asset_id
                 GROUP BY session_id, asset_id) AS of_asset
         GROUP BY session_id) AS folded
 WHERE state.session_id = folded.session_id;

-- A key that is missing is NULL, and one that is null is JSON's null: the columns know both.
UPDATE workflow_states AS state SET import_steps = folded.steps
  FROM (SELECT session_id,
               jsonb_agg(to_jsonb(step) - array_remove(ARRAY[
                   CASE WHEN input_data IS NULL THEN 'input_data' END,
                   CASE WHEN output_data IS NULL THEN 'output_data' END,
                   CASE WHEN error_details IS NULL THEN 'error_details' END], NULL)
                 ORDER BY data_import_id, step_order, step.id) AS steps
          FROM import_processing_steps AS step JOIN data_imports ON data_imports.id = data_import_id
         GROUP BY session_id) AS folded
 WHERE state.session_id = folded.session_id;

UPDATE workflow_states AS state SET processing_metrics = folded.metrics
  FROM (SELECT workflow_state_id,
               jsonb_agg(to_jsonb(extension) - array_remove(ARRAY[
                   CASE WHEN performance_metrics IS NULL THEN 'performance_metrics' END,
                   CASE WHEN agent_performance IS NULL THEN 'agent_performance' END], NULL)
                 ORDER BY extension.id) AS metrics
          FROM crewai_flow_state_extensions AS extension
         GROUP BY workflow_state_id) AS folded
 WHERE state.id = folded.workflow_state_id;

UPDATE workflow_states AS state SET step_completion = folded.imports
  FROM (SELECT session_id,
               jsonb_object_agg(import.id, to_jsonb(import) - array_remove(ARRAY[
                   CASE WHEN steps_completed IS NULL THEN 'steps_completed' END], NULL)) AS imports
          FROM data_import_sessions AS import
         GROUP BY session_id) AS folded
 WHERE state.session_id = folded.session_id;

-- What was folded, as rows again.
CREATE VIEW workflow_progress_folded AS
SELECT row.*
  FROM workflow_states, jsonb_each(asset_progress) AS asset, jsonb_to_recordset(asset.value) AS row (
       id uuid, asset_id uuid, stage text, status text, notes text,
       started_at timestamptz, completed_at timestamptz);

CREATE VIEW import_processing_steps_folded AS
SELECT row.id, row.data_import_id, row.step_name, row.step_order, row.status, row.description,
       step -> 'input_data' AS input_data, step -> 'output_data' AS output_data,
       step -> 'error_details' AS error_details,
       row.records_processed, row.duration_seconds, row.started_at, row.completed_at
  FROM workflow_states, jsonb_array_elements(import_steps) AS step, jsonb_to_record(step) AS row (
       id uuid, data_import_id uuid, step_name text, step_order integer, status text, description text,
       records_processed integer, duration_seconds double precision,
       started_at timestamptz, completed_at timestamptz);

CREATE VIEW crewai_flow_state_extensions_folded AS
SELECT row.id, row.workflow_state_id, row.flow_id, metrics -> 'performance_metrics' AS performance_metrics,
       metrics -> 'agent_performance' AS agent_performance, row.updated_at
  FROM workflow_states, jsonb_array_elements(processing_metrics) AS metrics, jsonb_to_record(metrics) AS row (
       id uuid, workflow_state_id uuid, flow_id text, updated_at timestamptz);

CREATE VIEW data_import_sessions_folded AS
SELECT row.id, row.session_id, row.import_name, row.current_step, row.progress_percentage,
       import.value -> 'steps_completed' AS steps_completed, row.finished_at
  FROM workflow_states, jsonb_each(step_completion) AS import, jsonb_to_record(import.value) AS row (
       id uuid, session_id uuid, import_name text, current_step text,
       progress_percentage numeric(5, 2), finished_at timestamptz);
