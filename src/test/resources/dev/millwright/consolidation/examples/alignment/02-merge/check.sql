SELECT format('commit %s belongs to no session, so it has no place in git_agent_sessions: give it one, or '
              'delete it', id) AS reason
  FROM git_commits WHERE session_id IS NULL
UNION ALL
SELECT format('%s exists already: it is not this plan''s, rename it', name)
  FROM unnest(ARRAY['git_agent_sessions', 'git_pending_merges', 'git_merge_history']) AS name
 WHERE to_regclass(name) IS NOT NULL;
