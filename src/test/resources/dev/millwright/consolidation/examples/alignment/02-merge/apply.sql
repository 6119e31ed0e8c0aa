LOCK TABLE git_sessions, git_commits IN SHARE MODE;

-- Two tables become one: a session with its commits.
CREATE TABLE git_agent_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), agent_id text NOT NULL UNIQUE, branch text,
  workspace_path text, status text NOT NULL DEFAULT 'active', inserted_at timestamptz NOT NULL DEFAULT now(),
  commits jsonb NOT NULL DEFAULT '[]');
INSERT INTO git_agent_sessions
SELECT session.*, coalesce((SELECT jsonb_agg(to_jsonb(git_commits) ORDER BY committed_at, id)
                              FROM git_commits WHERE session_id = session.id), '[]')
  FROM git_sessions AS session;

CREATE TABLE git_pending_merges (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), agent_session_id uuid REFERENCES git_agent_sessions (id),
  branch text NOT NULL, inserted_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE git_merge_history (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), agent_session_id uuid REFERENCES git_agent_sessions (id),
  branch text NOT NULL, merge_commit text, merged_at timestamptz);

CREATE VIEW git_sessions_merged AS
SELECT id, agent_id AS session_name, branch, workspace_path, status, inserted_at FROM git_agent_sessions;
CREATE VIEW git_commits_merged AS
SELECT row.* FROM git_agent_sessions, jsonb_to_recordset(commits) AS row (
  id uuid, session_id uuid, sha text, message text, author text, committed_at timestamptz);
