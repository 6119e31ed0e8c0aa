-- The tables of document 003 as its code names their columns, with what its own migration loses or
-- fails on: several stages of one asset, JSON null beside SQL NULL, steps of several imports.
CREATE TABLE workflow_states (
  id uuid PRIMARY KEY, session_id uuid NOT NULL, workflow_type text, current_phase text,
  state_data jsonb NOT NULL DEFAULT '{}');
CREATE TABLE assets (id uuid PRIMARY KEY, session_id uuid NOT NULL, name text);
CREATE TABLE data_imports (id uuid PRIMARY KEY, session_id uuid NOT NULL, source text);
CREATE TABLE workflow_progress (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), asset_id uuid NOT NULL REFERENCES assets (id),
  stage text NOT NULL, status text NOT NULL DEFAULT 'pending', notes text,
  started_at timestamptz, completed_at timestamptz);
CREATE INDEX workflow_progress_asset ON workflow_progress (asset_id, stage);
CREATE TABLE import_processing_steps (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  data_import_id uuid NOT NULL REFERENCES data_imports (id) ON DELETE CASCADE,
  step_name text NOT NULL, step_order integer NOT NULL, status text NOT NULL DEFAULT 'pending',
  description text, input_data jsonb, output_data jsonb, error_details jsonb,
  records_processed integer, duration_seconds double precision,
  started_at timestamptz, completed_at timestamptz);
CREATE TABLE crewai_flow_state_extensions (
  id uuid PRIMARY KEY, workflow_state_id uuid NOT NULL REFERENCES workflow_states (id),
  flow_id text, performance_metrics jsonb, agent_performance jsonb, updated_at timestamptz);
CREATE TABLE data_import_sessions (
  id uuid PRIMARY KEY, session_id uuid NOT NULL, import_name text, current_step text,
  progress_percentage numeric(5, 2), steps_completed jsonb, finished_at timestamptz);

INSERT INTO workflow_states (id, session_id, workflow_type, current_phase)
SELECT ('00000000-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid,
       ('00000000-0000-0000-0002-' || lpad(n::text, 12, '0'))::uuid, 'discovery', 'mapping'
  FROM generate_series(1, 20) AS n;
INSERT INTO assets
SELECT ('00000000-0000-0000-0003-' || lpad(n::text, 12, '0'))::uuid,
       ('00000000-0000-0000-0002-' || lpad((n % 10 + 1)::text, 12, '0'))::uuid, 'Ä"' || n
  FROM generate_series(1, 40) AS n;
INSERT INTO data_imports SELECT id, session_id, name FROM assets;
INSERT INTO workflow_progress (asset_id, stage, status, notes, started_at, completed_at)
SELECT id, stage, 'done', CASE stage WHEN 'scan' THEN E'it''s "done"\n\\ 完了' END,
       timestamptz '2025-06-01 12:00:00.123456+02', CASE stage WHEN 'map' THEN 'infinity'::timestamptz END
  FROM assets, unnest(ARRAY['scan', 'map', 'assess']) AS stage;
INSERT INTO import_processing_steps (data_import_id, step_name, step_order, input_data, output_data,
  error_details, records_processed, duration_seconds)
SELECT id, 'step ' || n, n, CASE n WHEN 1 THEN 'null'::jsonb WHEN 2 THEN '{"a": [null, 1.50]}' END,
       CASE n WHEN 3 THEN '"text"'::jsonb END, NULL, n * 1000, n / 3.0::double precision
  FROM data_imports, generate_series(1, 3) AS n;
INSERT INTO crewai_flow_state_extensions
SELECT gen_random_uuid(), id, 'flow', '{"tokens": 12345678901234567890.5}', 'null', now()
  FROM workflow_states LIMIT 7;
INSERT INTO data_import_sessions
SELECT gen_random_uuid(), session_id, 'import', 'validate', 33.30, '["upload"]', NULL FROM workflow_states;
