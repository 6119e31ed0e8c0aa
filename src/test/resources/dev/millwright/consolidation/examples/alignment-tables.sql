-- The tables of document 004 before its migration, with what that loses: columns that the new shape has no
-- place for, commits, and knowledge that is both template and pattern, or neither.
CREATE TABLE detection_events (
  id bigserial PRIMARY KEY, event_type text NOT NULL DEFAULT 'detected', codebase text NOT NULL,
  detector text, confidence numeric, data jsonb DEFAULT '{}', inserted_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX detection_events_codebase_index ON detection_events (codebase, inserted_at);
CREATE TABLE git_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), session_name text NOT NULL UNIQUE, branch text,
  workspace_path text, status text NOT NULL DEFAULT 'active', inserted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE git_commits (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id uuid REFERENCES git_sessions (id) ON DELETE CASCADE,
  sha text NOT NULL, message text, author text, committed_at timestamptz);
CREATE INDEX git_commits_session ON git_commits (session_id);
CREATE TABLE technology_knowledge (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, category text,
  template jsonb, pattern text, confidence double precision, metadata jsonb DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX technology_knowledge_name ON technology_knowledge (name, category);

INSERT INTO detection_events (event_type, codebase, detector, confidence, data)
SELECT CASE n % 3 WHEN 0 THEN 'removed' ELSE 'detected' END, 'code' || n % 5, 'ts"' || n, n / 7.0,
       jsonb_build_object('n', n) FROM generate_series(1, 30) AS n;
INSERT INTO git_sessions (session_name, branch, workspace_path, status)
SELECT 'session ' || n, 'b/' || n, '/tmp/' || n, 'active' FROM generate_series(1, 10) AS n;
INSERT INTO git_commits (session_id, sha, message, author, committed_at)
SELECT git_sessions.id, md5(n::text || git_sessions.id), CASE n WHEN 2 THEN E'fix "it"\n\tÜ' END, 'a',
       timestamptz '2025-10-05 10:00:00.000001+02' + n * interval '1 day'
  FROM git_sessions, generate_series(1, 4) AS n WHERE session_name <> 'session 3';
INSERT INTO technology_knowledge (name, category, template, pattern, confidence) VALUES
  ('elixir', 'language', '{"mix": true}', '\.exs?$', 0.1),
  ('rust', 'language', NULL, '\.rs$', 1 / 3.0::double precision),
  ('nats', 'messaging', '{"subject": null}', NULL, NULL),
  ('null', 'template', 'null', NULL, NULL),
  ('empty', NULL, NULL, NULL, 0.5);
